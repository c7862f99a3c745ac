import { MemorySource } from '../../../src/archive/memorySource';
import { nodePlatform } from '../../../src/files/nodePlatform';
import type { ScanReport } from '../../../src/safety/report';
import { scanFile } from '../../../src/safety/scanFile';

export function scan(file: Uint8Array, name = 'file.pkl'): Promise<ScanReport> {
  return scanFile(new MemorySource(name, file), nodePlatform, name);
}

/** `os.system` of tier `dangerous` as `dangerous os.system`. */
export function names(report: ScanReport): string[] {
  return report.globals.map(({ module, name, tier }) => `${tier} ${module}.${name}`);
}

/** `dangerous REDUCE os.system("echo hi")`; the known ones are left out. */
export function badCalls(report: ScanReport): string[] {
  return report.calls
    .filter(({ tier }) => tier === 'dangerous' || tier === 'suspicious')
    .map(({ tier, opcode, callee, args }) => `${tier} ${opcode} ${callee}(${args})`);
}
