// MQTT.js against a broker: mqttjs_client.js TCP_PORT WEBSOCKET_PORT. Prints a line "ok ..." for each part.
'use strict';

const assert = require('node:assert');
const mqtt = require('mqtt');

const TIMEOUT = 20000;
const COUNT = 100;

/** Fails instead of waiting for ever. */
function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come`)), TIMEOUT);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A client with its messages in a queue that can be waited for. */
class Client {
  constructor(url, options) {
    this.messages = [];
    this.waiting = null;
    this.client = mqtt.connect(url, { reconnectPeriod: 0, ...options });
    this.client.on('error', () => {}); // shown by what does not come
    this.client.on('message', (topic, payload, packet) => {
      this.messages.push({ topic, payload: payload.toString(), packet });
      if (this.waiting) this.waiting();
    });
  }

  connected() {
    return within(new Promise((resolve) => this.client.on('connect', resolve)), 'CONNACK');
  }

  async next() {
    if (this.messages.length === 0) {
      await within(new Promise((resolve) => { this.waiting = resolve; }), 'a message');
      this.waiting = null;
    }
    return this.messages.shift();
  }
}

async function levels(url, protocolVersion, name) {
  const client = new Client(url, { protocolVersion });
  await client.connected();
  for (const qos of [0, 1, 2]) {
    const topic = `mqttjs/${name}/${qos}`;
    await client.client.subscribeAsync(topic, { qos });
    const published = [];
    for (let i = 0; i < COUNT; i++) published.push(client.client.publishAsync(topic, `m${i}`, { qos }));
    for (let i = 0; i < COUNT; i++) {
      const message = await client.next();
      assert.deepStrictEqual([message.topic, message.payload, message.packet.qos], [topic, `m${i}`, qos]);
    }
    await within(Promise.all(published), 'an acknowledgement');
  }
  await client.client.subscribeAsync(`mqttjs/${name}/big`, { qos: 1 });
  await client.client.publishAsync(`mqttjs/${name}/big`, 'x'.repeat(500000), { qos: 1 });
  assert.strictEqual((await client.next()).payload.length, 500000);
  await client.client.endAsync();
  console.log(`ok mqtt.js ${name}: QoS 0, 1 and 2, 500 kB`);
}

async function session(url) {
  const options = {
    protocolVersion: 5, clientId: 'mqttjs-session', clean: false, properties: { sessionExpiryInterval: 60 },
  };
  const first = new Client(url, options);
  await first.connected();
  await first.client.subscribeAsync('mqttjs/session', { qos: 2 });
  await first.client.endAsync();
  const other = new Client(url, { protocolVersion: 5 });
  await other.connected();
  for (let i = 0; i < COUNT; i++) await other.client.publishAsync('mqttjs/session', `m${i}`, { qos: 2 });
  await other.client.endAsync();
  const again = new Client(url, options);
  assert.strictEqual((await again.connected()).sessionPresent, true);
  for (let i = 0; i < COUNT; i++) assert.strictEqual((await again.next()).payload, `m${i}`);
  await again.client.endAsync();
  console.log('ok mqtt.js 5: session');
}

async function properties(url) {
  const client = new Client(url, { protocolVersion: 5, properties: { topicAliasMaximum: 10 } });
  await client.connected();
  await client.client.subscribeAsync('mqttjs/props/#', { qos: 1, properties: { subscriptionIdentifier: 300 } });
  const sent = {
    contentType: 'text/plain', responseTopic: 'answers', correlationData: Buffer.from([0, 255]),
    userProperties: { a: ['1', '2'], b: '3' }, payloadFormatIndicator: true,
  };
  for (const number of ['1', '2']) {
    await client.client.publishAsync('mqttjs/props/a', number, { qos: 1, properties: sent });
    const { topic, payload, packet } = await client.next();
    assert.deepStrictEqual([topic, payload], ['mqttjs/props/a', number]);
    for (const key of ['contentType', 'responseTopic', 'correlationData', 'payloadFormatIndicator']) {
      assert.deepStrictEqual(packet.properties[key], sent[key], key);
    }
    assert.deepStrictEqual({ ...packet.properties.userProperties }, sent.userProperties);
    assert.strictEqual(packet.properties.subscriptionIdentifier, 300);
  }
  await client.client.endAsync();
  console.log('ok mqtt.js 5: properties, topic aliases');
}

async function willAndRetained(url) {
  const watcher = new Client(url, { protocolVersion: 4 });
  await watcher.connected();
  await watcher.client.subscribeAsync('mqttjs/will', { qos: 1 });
  const victim = new Client(url, {
    protocolVersion: 4, will: { topic: 'mqttjs/will', payload: 'gone', qos: 1, retain: true },
  });
  await victim.connected();
  victim.client.stream.destroy();
  assert.strictEqual((await watcher.next()).payload, 'gone');
  const late = new Client(url, { protocolVersion: 4 });
  await late.connected();
  await late.client.subscribeAsync('mqttjs/will', { qos: 1 });
  const { payload, packet } = await late.next();
  assert.deepStrictEqual([payload, packet.retain], ['gone', true]);
  await late.client.endAsync();
  await watcher.client.endAsync();
  console.log('ok mqtt.js 3.1.1: retained will');
}

async function main() {
  const [tcp, ws] = process.argv.slice(2);
  for (const [where, url] of [['tcp', `mqtt://127.0.0.1:${tcp}`], ['websocket', `ws://127.0.0.1:${ws}/mqtt`]]) {
    await levels(url, 4, `3.1.1-${where}`);
    await levels(url, 5, `5-${where}`);
  }
  await session(`mqtt://127.0.0.1:${tcp}`);
  await properties(`ws://127.0.0.1:${ws}/mqtt`);
  await willAndRetained(`mqtt://127.0.0.1:${tcp}`);
}

main().then(() => process.exit(0), (problem) => {
  console.error(problem);
  process.exit(1);
});
