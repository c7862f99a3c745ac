import { containerLimits } from './limits';

/** What a walk may still spend; one for a file with everything inside it. */
export class Budget {
  private records: number = containerLimits.records;
  private inflated: number = containerLimits.allInflatedBytes;
  private pickles: number = containerLimits.pickles;
  private opcodes: number = containerLimits.opcodes;

  /** False once there were too many records. */
  takeRecord(): boolean {
    return this.records-- > 0;
  }

  takeArchive(): void {
    this.records -= containerLimits.recordsPerArchive;
  }

  /** False once there were too many pickles. */
  takePickle(): boolean {
    return this.pickles-- > 0;
  }

  get hasPickles(): boolean {
    return this.pickles > 0;
  }

  /** Bytes that the next layer may inflate to. */
  get inflatableBytes(): number {
    return Math.max(0, Math.min(containerLimits.inflatedBytes, this.inflated));
  }

  /** The same for compressions that are decoded here. */
  get decodableBytes(): number {
    return Math.min(containerLimits.decodedBytes, this.inflatableBytes);
  }

  spendInflated(bytes: number): void {
    this.inflated -= bytes;
  }

  get hasOpcodes(): boolean {
    return this.opcodes > 0;
  }

  spendOpcodes(count: number): void {
    this.opcodes -= count;
  }
}
