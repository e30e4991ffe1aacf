/** Alerts. */
import type { alertOperations } from '../../../backend/contract/operations/alerts.ts';
import type { Exercises } from '../stage.ts';

export const alertExercises: Exercises<keyof typeof alertOperations> = {
  async listAlerts({ candidate }) {
    await candidate();
    return { input: { query: { status: 'firing', limit: 1 } } };
  },
  async getAlert({ candidate, must }) {
    const { number } = await candidate();
    const [alert] = (await must('listIncidentAlerts', { params: { number } })).items;
    if (alert === undefined) throw new Error('a candidate without alerts');
    return { input: { params: { id: alert.id } } };
  },
  async getAlertTrend({ candidate, must }) {
    const { number } = await candidate();
    const [alert] = (await must('listIncidentAlerts', { params: { number } })).items;
    if (alert === undefined) throw new Error('a candidate without alerts');
    return { input: { params: { id: alert.id } } };
  },
};
