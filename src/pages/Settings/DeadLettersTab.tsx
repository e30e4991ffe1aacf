export function DeadLettersTab() { return null; }
