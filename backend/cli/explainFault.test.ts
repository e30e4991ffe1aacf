import { explainFault } from './explainFault.ts';

const fault = (fields: object) => Object.assign(new Error('what the system said'), fields);

test.each([
  ['a port in use', { code: 'EADDRINUSE', syscall: 'listen', address: '127.0.0.1', port: 8080 }, '127.0.0.1:8080 is taken by another program: stop that one, or choose another port with MUSTER_PORT'],
  ['a port that only root may open', { code: 'EACCES', syscall: 'listen', address: '0.0.0.0', port: 80 }, '0.0.0.0:80 may not be opened by this user: choose a port from 1024 on with MUSTER_PORT'],
  ['a wrong password', { code: '28P01' }, 'the database cannot be used: it refuses the password in DATABASE_URL (what the system said)'],
  ['a full disk', { code: 'ENOSPC', path: '/data/x' }, '/data/x: no space is left on the disk: make room and start again'],
  ['a missing file', { code: 'ENOENT', path: '/data/x' }, '/data/x: there is no such file or folder'],
])('%s is told with what to do', (_name, fields, sentence) => {
  expect(explainFault(fault(fields))).toBe(sentence);
});

test('a host of several addresses is told by the first', () => {
  expect(explainFault(new AggregateError([fault({ code: 'ECONNREFUSED' })]))).toContain('nothing listens there');
});

test('a fault of the program is left to its stack', () => {
  expect([explainFault(new TypeError('x is not a function')), explainFault('thrown text'), explainFault(fault({ code: 'ERR_ASSERTION' }))]).toEqual([null, null, null]);
});
