/** What is done to a page while it is measured, and what is read of it. */
import type { Page } from '@playwright/test';

/** Which row of a list is drawn last. */
export function lastRow(page: Page, list: string): Promise<string | null> {
  return page.getByTestId(list).locator('[role="listitem"]').last().getAttribute('aria-posinset');
}

/** What the page's JavaScript holds, after a collection. */
export async function heapMiB(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return (usedSize / 2 ** 20).toFixed(0);
}

/** In and out by the wheel, in the middle of the graph. */
export async function zoom(page: Page): Promise<void> {
  const box = await page.locator('.react-flow__pane').boundingBox();
  await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2);
  for (let step = 0; step < 60; step += 1) await page.mouse.wheel(0, step % 20 < 10 ? -60 : 60);
}
