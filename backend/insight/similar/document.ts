/** The shape of what incidents are compared by, as it is kept. */
import { z } from 'zod';

export const keptDocument = z.object({
  title: z.string(), text: z.string(), services: z.array(z.string()), symptoms: z.array(z.string()), alerts: z.record(z.string(), z.number()),
});
export const incidentDocument = keptDocument.extend({ id: z.string() });
