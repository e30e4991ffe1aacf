/** What people are told of a request to swap shifts. Pure. */
import { Temporal } from 'temporal-polyfill';
import type { Span } from './spans.ts';

export type SwapStep = 'requested' | 'accepted' | 'declined' | 'withdrawn';

export interface SwapTold {
  readonly step: SwapStep;
  readonly schedule: { readonly name: string; readonly timeZone: string };
  readonly span: Span;
  readonly inReturn: Span | null;
  /** Who did it. */
  readonly by: string;
  /** Asked by name, and not whoever takes it. */
  readonly isNamed: boolean;
  /** What was said with it. */
  readonly said: string;
}

/** `Tue 8 Dec 2026 09:00`, on the clock of a zone. */
function momentText(ms: number, zone: string): string {
  const at = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  return `${at.toLocaleString('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).replace(',', '')} ${at.toPlainTime().toString({ smallestUnit: 'minute' })}`;
}

function spanText({ startMs, endMs }: Span, zone: string): string {
  return `**${momentText(startMs, zone)}** to **${momentText(endMs, zone)}**`;
}

/** Taken as it is: no emphasis, no links, no lines of its own. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>#|]/g, (mark) => `\\${mark}`).replaceAll(/\s+/g, ' ').trim();
}

/** Subject and text (CommonMark) of a notice. */
export function swapNotice({ step, schedule, span, inReturn, by, isNamed, said }: SwapTold): { readonly subject: string; readonly text: string } {
  const name = plain(schedule.name);
  const when = `${spanText(span, schedule.timeZone)} (${schedule.timeZone})`;
  const who = plain(by);
  const subjects: Readonly<Record<SwapStep, string>> = {
    requested: isNamed ? `${by} asks you to take a shift on ${schedule.name}` : `${by} looks for somebody to take a shift on ${schedule.name}`,
    accepted: `${by} takes your shift on ${schedule.name}`, declined: `${by} does not take your shift on ${schedule.name}`, withdrawn: `${by} no longer asks you to take a shift on ${schedule.name}`,
  };
  const sentences: Readonly<Record<SwapStep, string>> = {
    requested: `${who} asks ${isNamed ? 'you' : 'whoever can'} to take over the shift on ${name} from ${when}.`,
    accepted: `${who} is on call on ${name} from ${when}, instead of you.`,
    declined: `You are still on call on ${name} from ${when}: ${who} does not take the shift.`,
    withdrawn: `${who} took back the request for the shift on ${name} from ${when}. Nothing changes.`,
  };
  const back = inReturn === null ? '' : spanText(inReturn, schedule.timeZone);
  const returns: Readonly<Record<SwapStep, string>> = { requested: `In return ${who} takes over your shift from ${back}.`, accepted: `In return you are on call from ${back}.`, declined: '', withdrawn: '' };
  const parts = [sentences[step], ...(inReturn === null || returns[step] === '' ? [] : [returns[step]]), ...(said === '' ? [] : [`“${plain(said)}”`])];
  if (step === 'requested') parts.push('The shift stays where it is until somebody takes it, on the page *On-call*, *My shifts*.');
  return { subject: subjects[step], text: parts.join('\n\n') };
}
