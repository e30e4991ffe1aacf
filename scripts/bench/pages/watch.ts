/** Runs in the browser before anything else, as text: notes long tasks, and tells when something is painted. */

/** What a page took. */
export interface Opening {
  /** ms until the first of it was painted: a title with its state. */
  readonly first: number;
  /** ms until all of it was painted. */
  readonly all: number;
  /** ms at which the plugin itself was asked for; 0 within the app. */
  readonly pluginAt: number;
  /** ms of the slowest answer of the service. */
  readonly service: number;
  /** Durations of tasks over 50 ms, in ms. */
  readonly longTasks: readonly number[];
}

/** Painted: it is there, has a size, and the frame after the one that it was found in has been drawn. */
export const WATCH = `(() => {
  const long = [];
  window.musterLong = long;
  new PerformanceObserver((list) => list.getEntries().forEach(({ startTime, duration }) => long.push({ startTime, duration }))).observe({ type: 'longtask', buffered: true });
  const there = (selector, text) => [...document.querySelectorAll(selector)].some((element) => element.textContent.includes(text) && element.getBoundingClientRect().height > 0);
  const painted = (selector, text) => new Promise((resolve) => {
    const look = () => (there(selector, text) ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))) : requestAnimationFrame(look));
    look();
  });
  const sinceThen = async (start, { first, all, text }) => {
    const [firstAt, allAt] = await Promise.all([painted(first, ''), painted(all, text)]);
    const asked = performance.getEntriesByType('resource').filter(({ name, startTime }) => startTime >= start && name.includes('/backend/') && !name.includes('/events'));
    const plugin = performance.getEntriesByType('resource').find(({ name }) => /plugins\\/muster-incidents-app\\/module\\.js/.test(name));
    return {
      first: firstAt - start, all: allAt - start, pluginAt: start === 0 && plugin !== undefined ? plugin.startTime : 0,
      service: asked.reduce((most, { duration }) => Math.max(most, duration), 0),
      longTasks: long.filter(({ startTime, duration }) => startTime + duration >= start && startTime <= allAt).map(({ duration }) => duration),
    };
  };
  window.musterLoaded = (wanted) => sinceThen(0, wanted);
  window.musterPressed = (to, wanted) => {
    const start = performance.now();
    System.get('host:@grafana/runtime').locationService.push(to);
    return sinceThen(start, wanted);
  };
})()`;

/** Pulls a list to its bottom in each frame, until the last row of all is there. */
export const TO_END = `async ({ list, total, limitMs }) => {
  const until = performance.now() + limitMs;
  const frame = document.querySelector('[data-testid="' + list + '"]');
  while (frame.querySelector('[aria-posinset="' + total + '"]') === null && performance.now() < until) {
    frame.scrollTop = frame.scrollHeight;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}`;
