// What the demo's agent runs as `disk-usage` and `journal-vacuum`: a volume of the simulated shop. Arguments: address of the sample services, what to do, and on what.
const [, , url, what, on] = process.argv;
if (what === 'usage') {
  console.log(`simulated: what takes the room of ${on}\n61G\t${on}/segments\n18G\t${on}/journal\n2G\t${on}/tmp`);
} else {
  console.log(`simulated: cutting journals to ${on} MiB …`);
  const response = await fetch(`${url}/services/search-indexer/make-room`, { method: 'POST' });
  console.log(await response.text());
  if (!response.ok) process.exit(1);
}
