/** What the overview asks for: enough to draw, one query for all its parts. */
export const OVERVIEW_ALERTS = { status: 'all', limit: 400 } as const;
