/** Whatever stands in a notice, each provider takes it: generated notices against the stand-ins, which hold the documented limits. */
import fc from 'fast-check';
import type { ChannelKindName } from '#contract';
import { startDiscord } from './discord.ts';
import { startGateway } from './gateway.ts';
import { startMattermost } from './mattermost.ts';
import { startNtfy } from './ntfy.ts';
import { startOpsgenie } from './opsgenie.ts';
import { startPagerDuty } from './pagerduty.ts';
import { closeWays, noticeOf, sendOver } from './sending.ts';
import { startSlack } from './slack.ts';
import type { StandIn } from './standIn.ts';
import { startTeams } from './teams.ts';
import { startTelegram } from './telegram.ts';

afterAll(closeWays);

const words = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('**bold**', '\n\n', '- item\n', '> quote\n', '> > deeper\n', '[a](https://x.example/?q=1&r=2)', '[![p](https://x.example/p)](https://x.example)', '```\ncode\n```\n', '<b>', '&', '<!channel>', '@here', '🚨'.repeat(50), 'x'.repeat(400), '"\\"'.repeat(100)),
);
const text = (pieces: number) => fc.array(words, { maxLength: pieces }).map((parts) => parts.join(' '));
const longText = fc.tuple(text(60), fc.nat(60)).map(([part, times]) => part.repeat(1 + times).slice(0, 60_000).toWellFormed());
const notice = fc.record({
  subject: text(6).map((subject) => `INC-7 ${subject}`), text: longText, facts: fc.array(fc.record({ label: text(3).map((label) => label || 'l'), value: text(20) }), { maxLength: 40 }),
  urgency: fc.constantFrom('critical', 'high', 'normal', 'low'), language: fc.constantFrom('en', 'de', 'fr', 'es', 'pl'), messageClass: fc.constantFrom('page', 'update', 'notice', 'test'),
}).map((parts) => noticeOf(parts));

const STAND_INS: readonly (readonly [ChannelKindName, () => Promise<StandIn>])[] = [
  ['slack', () => startSlack()], ['teams', startTeams], ['mattermost', () => startMattermost()], ['discord', () => startDiscord()], ['telegram', startTelegram], ['ntfy', startNtfy],
  ['sms', () => startGateway('sms')], ['voice', () => startGateway('voice')], ['pagerduty', startPagerDuty], ['opsgenie', startOpsgenie],
];

test.each(STAND_INS)('property: %s takes any notice', async (kind, start) => {
  const standIn = await start();
  try {
    await fc.assert(fc.asyncProperty(notice, async (one) => {
      standIn.faults.length = 0;
      expect(await sendOver(kind, standIn.settings, one)).toMatchObject({ kind: expect.stringMatching(/^(accepted|delivered)$/) });
      expect(standIn.faults).toEqual([]);
    }), { numRuns: 40 });
  } finally {
    await standIn.close();
  }
});
