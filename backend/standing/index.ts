/** Which of Muster's helpers are live and which are in shadow: what is in shadow is measured, and told nowhere as a claim. */
export { isShadow, isShadowSql, LIVE, selectStandings, writeMode } from './standingStore.ts';
