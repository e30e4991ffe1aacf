/** How evenly a page draws while somebody does something to it. */
import type { Page } from '@playwright/test';

/** Notes the time of each frame while `act` runs; gives the times between them in ms, the shortest first. */
export async function framesDuring(page: Page, act: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const times: number[] = [];
    Reflect.set(window, 'musterFrames', times);
    const note = (at: number): void => {
      times.push(at);
      if (Reflect.get(window, 'musterFrames') === times) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  await act();
  const times = await page.evaluate((): number[] => {
    const noted: number[] = Reflect.get(window, 'musterFrames');
    Reflect.deleteProperty(window, 'musterFrames');
    return noted;
  });
  return times.slice(1).map((at, index) => at - (times[index] ?? at)).sort((a, b) => a - b);
}

/** Drags the graph to and fro. */
export async function dragGraph(page: Page): Promise<void> {
  const box = await page.locator('.react-flow__pane').boundingBox();
  const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 20];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 0; step < 60; step += 1) await page.mouse.move(x + 200 * Math.sin(step / 6), y + 60 * Math.sin(step / 9));
  await page.mouse.up();
}
