/** Operations on tasks of incidents. */
import { byNumber, op } from '../operation.ts';
import { z } from 'zod';
import { createTaskBody, editTaskBody, endTaskBody, incidentTaskQuery, task, taskId, taskListQuery, taskPage } from '../tasks.ts';

const byTask = z.object({ id: taskId });

export const taskOperations = {
  listTasks: op({
    method: 'get', path: '/tasks', summary: 'Tasks of all incidents: mine, overdue, or all that are open; what is due first stands first', tag: 'Incidents',
    query: taskListQuery, response: taskPage,
  }),
  listIncidentTasks: op({
    method: 'get', path: '/incidents/{number}/tasks', summary: 'Tasks of an incident, the open ones first', tag: 'Incidents',
    params: byNumber, query: incidentTaskQuery, response: taskPage,
  }),
  createTask: op({
    method: 'post', path: '/incidents/{number}/tasks', summary: 'Add a task, also of a line of the timeline', tag: 'Incidents',
    params: byNumber, body: createTaskBody, response: task, status: 201,
  }),
  getTask: op({ method: 'get', path: '/tasks/{id}', summary: 'One task', tag: 'Incidents', params: byTask, response: task }),
  editTask: op({
    method: 'patch', path: '/tasks/{id}', summary: 'Change an open task: what, who, when, what it waits for, its checklist', tag: 'Incidents',
    params: byTask, body: editTaskBody, response: task, ifMatch: 'required',
  }),
  completeTask: op({
    method: 'post', path: '/tasks/{id}/complete', summary: 'Say that it is done', tag: 'Incidents', params: byTask, body: endTaskBody, response: task, ifMatch: 'optional',
  }),
  cancelTask: op({
    method: 'post', path: '/tasks/{id}/cancel', summary: 'Say that it need not be done', tag: 'Incidents', params: byTask, body: endTaskBody, response: task, ifMatch: 'optional',
  }),
  reopenTask: op({
    method: 'post', path: '/tasks/{id}/reopen', summary: 'Take back that it is done or cancelled', tag: 'Incidents', params: byTask, body: endTaskBody, response: task, ifMatch: 'optional',
  }),
} as const;
