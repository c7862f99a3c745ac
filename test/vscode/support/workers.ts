import workerThreads from 'node:worker_threads';

const { Worker } = workerThreads;

/** The analysis workers that run now: the extension and its tests share a process. */
const running = new Set<workerThreads.Worker>();

class WatchedWorker extends Worker {
  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    running.add(this);
    this.once('exit', () => running.delete(this));
  }
}

/** Keeps an eye on every worker thread that is started between the hooks `before` and `after`. */
export function watchWorkers(): { readonly running: ReadonlySet<workerThreads.Worker> } {
  before(() => Object.assign(workerThreads, { Worker: WatchedWorker }));
  after(() => Object.assign(workerThreads, { Worker }));
  return { running };
}
