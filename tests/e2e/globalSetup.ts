/** One PostgreSQL for all browser tests, as for those of the service. Playwright itself ends in order when it is interrupted. */
import { startTestPostgres } from '../harness/startPostgres.ts';

export default function setUp(): Promise<void> {
  return startTestPostgres(['SIGTERM', 'SIGHUP']);
}
