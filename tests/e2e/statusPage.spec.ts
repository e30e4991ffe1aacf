/** The status page as readers see it: without scripts, dark and light, on narrow screens. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { historyPage, incidentPage, startPage } from '../../backend/response/comms/statusPage/html.ts';
import { pageModelOf } from '../../backend/response/comms/statusPage/model.ts';
import { buttonHtml, formPage, saidHtml, subscribeHtml } from '../../backend/response/comms/subscriptions/formHtml.ts';
import { formWords } from '../../backend/response/comms/subscriptions/formWords.ts';
import { PAGE_STYLE } from '../../backend/response/comms/statusPage/style.ts';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const HOUR = 3_600_000;
const STATES = ['operational', 'under_maintenance', 'degraded_performance', 'partial_outage', 'major_outage'] as const;
const NAMES = STATES.map((state) => `${state.replaceAll('_', '-')}-with-a-name-that-finds-no-room-anywhere`);
const update = (id: string, incident: number, hoursAgo: number, over: object = {}) => ({
  id, incident, phase: 'investigating' as const, title: 'Payments fail for customers of a bank with a very long name', text: 'We look at it.\n\n- [Help](https://example.com/help)\n- **Cash** works', atMs: NOW - hoursAgo * HOUR, corrects: null,
  components: STATES.map((state, place) => ({ name: NAMES[place] ?? '', state })), ...over,
});
const COMPONENTS = NAMES.map((name) => ({ name, label: '', description: 'What it is for', group: '' }));
const LOOK = { title: 'Status of the shop', intro: 'Questions? **Ask us.**', language: 'en', timeZone: 'UTC', contact: 'mailto:help@example.com', subscriptions: true, components: COMPONENTS, regions: ['eu-west', 'us-east'] } as const;
const FORM_LOOK = { ...LOOK, components: COMPONENTS, regions: [...LOOK.regions] };
const MODEL = pageModelOf({
  title: 'Status of the shop', components: COMPONENTS, began: new Map(), sinceMs: NOW - 2000 * HOUR, nowMs: NOW,
  updates: [update('1', 1, 200), update('2', 1, 190, { phase: 'resolved' }), update('3', 2, 3), update('4', 2, 2, { corrects: '3' })],
  works: [{ id: '1', title: 'Upgrade', text: 'Slow', components: NAMES, startsMs: NOW + HOUR, endsMs: NOW + 2 * HOUR }],
});
const [ONGOING] = MODEL.ongoing;
const WORDS = formWords('en');
const PAGES = Object.entries({
  start: startPage(LOOK, MODEL), history: historyPage(LOOK, MODEL), incident: ONGOING === undefined ? '' : incidentPage(LOOK, MODEL, ONGOING),
  subscribe: formPage(FORM_LOOK, '', WORDS.subscribe, subscribeHtml(FORM_LOOK, WORDS, WORDS.badAddress)), confirm: formPage(FORM_LOOK, '../', WORDS.confirmTitle, buttonHtml(WORDS.confirm)),
  confirmed: formPage(FORM_LOOK, '../', WORDS.confirmTitle, saidHtml(WORDS.confirmed)),
}).map(([name, html]) => ({ name, html: html.replace(/<link rel="stylesheet"[^>]*>/, `<style>${PAGE_STYLE}</style>`) }));

for (const colorScheme of ['dark', 'light'] as const) {
  test(`cap 98: the status page and its forms break no rule of WCAG 2.1 AA that axe can see and fit 320 px, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    for (const { name, html } of PAGES) for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await page.setContent(html);
      expect(await page.locator('script').count()).toBe(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze();
      expect(violations.map(({ id, nodes }) => `${name} ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)).toEqual([]);
    }
  });
}
