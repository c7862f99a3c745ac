import { readFileSync } from 'node:fs';

/** Starts a child and a grandchild, one of them in a session of its own, writes their numbers, and waits. */
export const processTree = `
import os, subprocess, sys, time

code = '''
import subprocess, sys, time
inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(inner.pid, flush=True)
time.sleep(600)
'''
pids = [os.getpid()]
for detached in (False, True):
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=detached)
    pids += [child.pid, int(child.stdout.readline())]
with open("pids.new", "w") as file:
    file.write(" ".join(map(str, pids)))
os.rename("pids.new", "pids")
`;
/** The same, and never comes to an end by itself. */
export const waitingTree = `${processTree}\ntime.sleep(600)\n`;

/** Whether a process runs; one that waits for its parent to take note of its end is gone. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
