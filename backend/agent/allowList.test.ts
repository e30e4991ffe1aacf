/** What orders become: whatever a value holds, it stays one argument, and what does not fit is refused. */
import { fc, test as property } from '@fast-check/jest';
