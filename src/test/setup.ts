/** What jsdom lacks and Grafana's components ask for. */
import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';
import { TextDecoder, TextEncoder } from 'node:util';
import { deserialize, serialize } from 'node:v8';

Object.assign(globalThis, { TextEncoder, TextDecoder, structuredClone: (value: unknown): unknown => deserialize(serialize(value)) });

// a busy machine is no fault
configure({ asyncUtilTimeout: 40_000 });

// the timeline of the browser
Object.assign(performance, { measure: () => undefined });

class NoObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
  takeRecords(): [] {
    return [];
  }
}
Object.assign(globalThis, { ResizeObserver: NoObserver, IntersectionObserver: NoObserver });

Object.defineProperty(globalThis, 'matchMedia', {
  writable: true,
  value: (query: string) => ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
    dispatchEvent: () => false,
  }),
});

// Combobox measures its text on a canvas
// and charts draw on one: everything but that is a stroke that nobody sees
const drawing = new Proxy<Record<string | symbol, unknown>>({ measureText: (text: string) => ({ width: text.length * 8 }) }, { get: (known, name) => known[name] ?? (() => undefined) });
Object.defineProperty(HTMLCanvasElement.prototype, 'getContext', { value: () => drawing });
class NoPath {
  moveTo(): void {}
  lineTo(): void {}
  rect(): void {}
  arc(): void {}
  closePath(): void {}
  addPath(): void {}
  bezierCurveTo(): void {}
}
Object.assign(globalThis, { Path2D: NoPath });

// rows of virtual lists are shown only where there is room for them
for (const side of ['offsetHeight', 'offsetWidth', 'clientHeight', 'clientWidth'] as const) {
  Object.defineProperty(HTMLElement.prototype, side, { configurable: true, get: () => 800 });
}
Object.defineProperty(HTMLElement.prototype, 'scrollIntoView', { writable: true, value: () => undefined });
Object.defineProperty(HTMLElement.prototype, 'scrollTo', { writable: true, value: () => undefined });

// the sizes of scroll bars are asked for by pseudo element
const { getComputedStyle } = globalThis;
globalThis.getComputedStyle = (element) => getComputedStyle(element);

// a page that makes React or Grafana complain is a page with a fault
const complaints: string[] = [];
const complain = (...words: unknown[]) => void complaints.push(words.map(String).join(' '));
Object.assign(console, { error: complain, warn: complain });
afterEach(() => {
  const told = complaints.splice(0);
  if (told.length > 0) {
    throw new Error(`the page wrote to the console:\n${told.join('\n')}`);
  }
});
