/** Plain JavaScript, so that Jest lets Node load what it points to as it is. */
export { default } from './startPostgres.ts';
