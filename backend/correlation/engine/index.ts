/** The engine that groups alerts by their cause. */
export { createEngine, type EngineOptions } from './engine.ts';
export { DEFAULT_PARAMETERS, type EngineParameters } from './parameters.ts';
export { createLearnedPairs, MAX_EFFECT, NOTHING_LEARNED, type LearnedLink, type LearnedPairs } from './learned.ts';
export type { EngineWindow } from './window.ts';
