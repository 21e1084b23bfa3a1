/**
 * Histograms whose series are found once: the client library looks for the labels anew at each observation, which costs more
 * than all else that is counted of a request.
 */
import { Histogram, type Registry } from 'prom-client';

/** What it is called, and where it cuts. */
export interface HistogramOptions<T extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly T[];
  /** Upper ends, the smallest first. */
  readonly buckets: readonly number[];
}

/** Finds the series of these labels, which takes observations. */
export type FindSeries<T extends string> = (labels: Readonly<Record<T, string>>) => (value: number) => void;

interface Series<T extends string> {
  readonly labels: Readonly<Record<T, string>>;
  /** How many fell between the end before and this one; the last is for those above all. */
  readonly counts: number[];
  sum: number;
}

/** A histogram on the page of the register. */
export function createHistogram<T extends string>(register: Registry, options: HistogramOptions<T>): FindSeries<T> {
  const { name, help, labelNames, buckets } = options;
  const all = new Map<string, Series<T>>();
  const page = new Histogram({ name, help, labelNames: [...labelNames], buckets: [...buckets], registers: [register] });
  const samples = () => [...all.values()].flatMap((series) => samplesOf(series, options));
  // From which the library makes the page, and all else that it tells of a metric.
  Object.assign(page, { getForPromString: async () => ({ name, help, type: 'histogram', values: samples() }) });
  return (labels) => {
    const key = labelNames.map((label) => labels[label]).join('\n');
    const series: Series<T> = all.get(key) ?? { labels, counts: new Array<number>(buckets.length + 1).fill(0), sum: 0 };
    all.set(key, series);
    return (value) => {
      let index = 0;
      while (index < buckets.length && value > (buckets[index] ?? 0)) index++;
      series.counts[index] = (series.counts[index] ?? 0) + 1;
      series.sum += value;
    };
  };
}

function samplesOf<T extends string>({ labels, counts, sum }: Series<T>, { name, buckets }: HistogramOptions<T>) {
  let count = 0;
  const samples = [...buckets, '+Inf'].map((le, index) => {
    count += counts[index] ?? 0;
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
  });
  const total = { metricName: `${name}_count`, labels, value: count };
  return [...samples, { metricName: `${name}_sum`, labels, value: sum }, total];
}
