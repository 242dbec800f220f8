// Makes a Node process write its resource usage to descriptor 3 when it ends. Peak memory counts only its own pages: `maxRSS` starts with the
// pages of the process that forked it. Node loads this file in each thread too; the line of the process is the last one.
const { readFileSync, writeSync } = require('node:fs');

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const own = process.platform === 'linux' ? /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1')) : null;
  const loaded = performance.getEntriesByName('first item')[0]?.startTime;
  const peakMemory = Number(own?.[1] ?? maxRSS) * 1024;
  writeSync(3, `${JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, peakMemory, loaded })}\n`);
});
