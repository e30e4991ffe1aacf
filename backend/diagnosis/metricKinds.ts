/** What a metric tells of, from the words of its name alone. No name of a system is known here. */
import type { MetricKind } from './model.ts';

export interface MetricMeaning {
  readonly kind: MetricKind;
  /** 1: bad when high. -1: bad when low. 0: either. */
  readonly bad: 1 | -1 | 0;
  /** The statistic in its name, to compare like with like: `p95`, `average`; '' when there is none. */
  readonly statistic: string;
  /** Factor that makes seconds of a latency, where the name says its unit; else 1. */
  readonly toSeconds: number;
  /** Of the machine, which others share: it says less of the node. */
  readonly ofHost: boolean;
  /** Of the calls that the node makes: tells of those it calls, without saying which. */
  readonly isOutgoing: boolean;
  /** The other node of a call, where the metric is of calls between two: `latency_p50:callee`. */
  readonly peer: string | null;
}

/** In this order: the first that fits decides, so that `error_latency` is a latency and `network_errors` are errors. */
const KINDS: readonly (readonly [MetricKind, 1 | -1 | 0, RegExp])[] = [
  ['latency', 1, /latenc|duration|delay|(response|request|query|wait|service)_?time|elapsed|(^|_)(m?rt|rtt)(_|$)/],
  ['availability', -1, /availab|success|uptime|(^|_)up$|healthy|(^|_)ready(_|$)|(^|_)sr$/],
  ['memory', 1, /page_?faults?|(^|_)pg(maj)?faults?(_|$)/],
  ['cpu', 1, /cpu.*throttl|throttl.*cpu/],
  ['errors', 1, /error|(^|_)errs?(_|$)|fail|fault|exception|abort|reject|refus|timeout|drop|loss|(^|_)lost(_|$)|retrans|restart|oom|(^|_)[45](xx|\d\d)(_|$)|throttl/],
  ['cpu', 1, /cpu|processor|(^|_)load_?(average|avg|1m?|5m?|15m?)(_|$)/],
  ['memory', 1, /(^|_)mem|memory|heap|rss|swap|working_?set|(^|_)ram(_|$)/],
  ['disk', 1, /disk|(^|_)fs_|iops|io_?(wait|time|util)|storage|(^|_)blk/],
  ['traffic', 0, /request|(^|_)ops|(^|_)r?qps|(^|_)rps|throughput|workload|(^|_)load|calls|invocation|messages?|(^|_)count$|hits|syscall|(^|_)rate$/],
  ['network', 0, /netw?|(^|_)(rx|tx|bytes|packets|socket|sockets|connections?|tcp)(_|$)|received|transmitted|ingress|egress/],
  // What only its unit or its statistic tells of.
  ['latency', 1, /_(ms|us|seconds?)$|(^|_)t?p(50|75|90|95|99|999)(_|$)/],
];

function words(metric: string): string {
  return metric.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[^A-Za-z0-9]+/g, '_').toLowerCase();
}

function statisticOf(text: string): string {
  const percentile = /(?:^|_)(?:p|q|quantile_?|pct_?|latency_)(\d{2,3})(?:_|$)/.exec(text)?.[1];
  if (percentile !== undefined) return `p${percentile}`;
  const median = /(?:^|_)median(?:_|$)/.test(text);
  if (median) return 'p50';
  return /(?:^|_)(?:avg|average|mean)(?:_|$)/.test(text) ? 'average' : (/(?:^|_)(?:max|min|sum|total)(?:_|$)/.exec(text)?.[0].replaceAll('_', '') ?? '');
}

/** Reads a metric's name; `nodes` are those of the graph, to tell which metrics are of a call between two. */
export function meaningOf(metric: string, nodes: ReadonlySet<string>): MetricMeaning {
  const colon = metric.indexOf(':');
  const named = colon < 0 ? '' : metric.slice(colon + 1);
  const peer = nodes.has(named) ? named : null;
  const text = words(peer === null ? metric : metric.slice(0, colon));
  const found = KINDS.find(([, , pattern]) => pattern.test(text));
  const toSeconds = /_(ms|millis|milliseconds)$/.test(text) ? 1e-3 : /_(us|micros|microseconds)$/.test(text) ? 1e-6 : 1;
  return { kind: found?.[0] ?? 'other', bad: found?.[1] ?? 0, statistic: statisticOf(text), toSeconds, isOutgoing: peer === null && /(^|_)(client|outbound|outgoing|upstream|egress)(_|$)/.test(text), ofHost: /(^|_)(host|machine|instance_host)(_|$)/.test(text), peer };
}
