import type { MemoryResult } from './memory.js';
import { type Figures, isMeasurement, type Result } from './result.js';

interface Bar {
  readonly label: string;
  /** Undefined: only a line of text. */
  readonly value: number | undefined;
  readonly text: string;
  readonly kind: 'floor' | 'ours' | 'theirs';
}

interface Chart {
  readonly title: string;
  readonly subtitle: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 760;
const LABELS = 190;
const TEXTS = 130;
const TOP = 58;
const ROW = 24;

/** One bar per contestant, the fastest first; contestants without a figure come last. */
export function speedChart({ summary, items, dataset, runs, contestants }: Result): string {
  const fastest = contestants.filter(isMeasurement).toSorted((a, b) => a.cpuFloors - b.cpuFloors);
  const failed = contestants.filter((one) => !isMeasurement(one));
  const subtitle = `processor time in multiples of the floor (JSON.parse of each line alone); ${items.toLocaleString('en')} ${dataset} items, ${
    runs === 1 ? '1 run' : `median of ${runs} runs`
  }`;
  return draw({ title: summary, subtitle, bars: [...fastest, ...failed].map(barOf) });
}

/** One bar per case and size. */
export function memoryChart({ sizes, cases }: MemoryResult): string {
  const bars = cases.flatMap(({ case: name, peakMegabytes }) =>
    peakMegabytes.map((peak, index): Bar => {
      const label = `${name}, ${sizes[index]?.toLocaleString('en')}`;
      return { label, value: peak, text: `${peak.toFixed(0)} MB`, kind: 'ours' };
    }),
  );
  return draw({ title: 'Peak memory of the library', subtitle: 'megabytes, by case and number of items', bars });
}

function barOf(figures: Figures): Bar {
  const { name: label, ours } = figures;
  const kind = label === 'floor' ? 'floor' : ours ? 'ours' : 'theirs';
  if (!isMeasurement(figures)) return { label, kind, value: undefined, text: `no figure: ${figures.failed.slice(0, 70)}` };
  const { cpuFloors, peakMegabytes } = figures;
  return { label, kind, value: cpuFloors, text: `${cpuFloors.toFixed(2)} x, ${peakMegabytes.toFixed(0)} MB` };
}

function draw({ title, subtitle, bars }: Chart): string {
  const height = TOP + bars.length * ROW + 12;
  const most = Math.max(...bars.map(({ value = 0 }) => value), 1);
  const rows = bars.map(({ label, value, text, kind }, index) => {
    const middle = TOP + index * ROW + ROW / 2;
    const length = value === undefined ? 0 : Math.max((value / most) * (WIDTH - LABELS - TEXTS), 1);
    const bar = `<rect class="${kind}" x="${LABELS}" y="${middle - 8}" width="${length.toFixed(1)}" height="16" rx="2"/>`;
    return [
      `<text class="label ${kind}" x="${LABELS - 8}" y="${middle + 4}" text-anchor="end">${escapeText(label)}</text>`,
      ...(length > 0 ? [bar] : []),
      `<text x="${(LABELS + length + 6).toFixed(1)}" y="${middle + 4}">${escapeText(text)}</text>`,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>${escapeText(title)}</title>
<style>
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-size: 15px; font-weight: 600 }
.label.ours { font-weight: 600 }
rect.floor { fill: #afb8c1 } rect.ours { fill: #1f883d } rect.theirs { fill: #54aeff }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } rect.floor { fill: #6e7681 } rect.ours { fill: #3fb950 } rect.theirs { fill: #1f6feb } }
</style>
<text class="title" x="12" y="24">${escapeText(title)}</text>
<text x="12" y="43">${escapeText(subtitle)}</text>
${rows.join('\n')}
</svg>
`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
