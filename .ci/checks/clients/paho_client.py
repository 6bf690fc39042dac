"""Paho for Python against a broker: paho_client.py TCP_PORT WEBSOCKET_PORT. Prints a line "ok ..." for each part."""
import queue
import sys

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

TIMEOUT = 20
COUNT = 100


class Client:
    """A client whose events are waited for."""

    def __init__(self, port, client_id, version, transport="tcp", clean=True, expiry=0):
        kind = {} if version == mqtt.MQTTv5 else {"clean_session": clean}
        self.client = mqtt.Client(client_id, protocol=version, transport=transport, **kind)
        if transport == "websockets":
            self.client.ws_set_options(path="/mqtt")
        self.messages = queue.Queue()
        self.connected = queue.Queue()
        self.subscribed = queue.Queue()
        self.closed = queue.Queue()
        self.client.on_message = lambda client, data, message: self.messages.put(message)
        self.client.on_connect = lambda client, data, flags, code, properties=None: self.connected.put((flags, code))
        self.client.on_subscribe = lambda client, data, number, codes, properties=None: self.subscribed.put(codes)
        self.client.on_disconnect = lambda client, data, code, properties=None: self.closed.put(code)
        extra = {}
        if version == mqtt.MQTTv5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = expiry
            extra = {"clean_start": clean, "properties": properties}
        self.client.connect("127.0.0.1", port, **extra)
        self.client.loop_start()
        self.flags, code = self.connected.get(timeout=TIMEOUT)
        assert code == 0, code

    def subscribe(self, *arguments, **options):
        self.client.subscribe(*arguments, **options)
        return self.subscribed.get(timeout=TIMEOUT)

    def publish(self, *arguments, **options):
        self.client.publish(*arguments, **options).wait_for_publish(TIMEOUT)

    def expect(self, payload, qos):
        message = self.messages.get(timeout=TIMEOUT)
        assert (message.payload.decode(), message.qos) == (payload, qos), (message.payload[:20], message.qos, payload)

    def close(self):
        self.client.disconnect()
        self.closed.get(timeout=TIMEOUT)
        self.client.loop_stop()


def levels(port, version, transport, name):
    client = Client(port, "paho-" + name, version, transport)
    for qos in (0, 1, 2):
        topic = "paho/%s/%d" % (name, qos)
        client.subscribe(topic, qos)
        for i in range(COUNT):
            client.client.publish(topic, "m%d" % i, qos)
        for i in range(COUNT):
            client.expect("m%d" % i, qos)
        assert client.messages.empty()
    # A message of some size, in many reads.
    client.subscribe("paho/%s/big" % name, 1)
    big = "x" * 500_000
    client.publish("paho/%s/big" % name, big, 1)
    client.expect(big, 1)
    client.close()
    print("ok paho-python %s: QoS 0, 1 and 2, 500 kB" % name, flush=True)


def session(port, version, name):
    first = Client(port, "paho-session-" + name, version, clean=False, expiry=60)
    first.subscribe("paho/session/" + name, 2)
    first.close()
    other = Client(port, "paho-other-" + name, version)
    for i in range(COUNT):
        other.publish("paho/session/" + name, "m%d" % i, 2)
    other.close()
    again = Client(port, "paho-session-" + name, version, clean=False, expiry=60)
    present = again.flags["session present"]
    assert present == 1, present
    for i in range(COUNT):
        again.expect("m%d" % i, 2)
    assert again.messages.empty()
    again.close()
    print("ok paho-python %s: session" % name, flush=True)


def version5(port):
    client = Client(port, "paho-v5", mqtt.MQTTv5)
    properties = Properties(PacketTypes.PUBLISH)
    properties.ContentType = "text/plain"
    properties.ResponseTopic = "answers/here"
    properties.CorrelationData = b"\x00\xff"
    properties.UserProperty = [("b", "1"), ("a", "2"), ("b", "1")]
    properties.MessageExpiryInterval = 100
    properties.TopicAlias = 3
    identifier = Properties(PacketTypes.SUBSCRIBE)
    identifier.SubscriptionIdentifier = 77
    codes = client.subscribe("v5/#", options=SubscribeOptions(qos=1, noLocal=False), properties=identifier)
    assert [code.value for code in codes] == [1], codes
    client.publish("v5/a", "x", 1, properties=properties)
    message = client.messages.get(timeout=TIMEOUT)
    found = message.properties
    assert message.topic == "v5/a" and message.payload == b"x"
    assert found.ContentType == "text/plain" and found.ResponseTopic == "answers/here"
    assert found.CorrelationData == b"\x00\xff"
    assert found.UserProperty == [("b", "1"), ("a", "2"), ("b", "1")], found.UserProperty
    assert found.SubscriptionIdentifier == [77] and 95 <= found.MessageExpiryInterval <= 100
    second = Client(port, "paho-v5", mqtt.MQTTv5)
    reason = client.closed.get(timeout=TIMEOUT)
    assert getattr(reason, "value", reason) == 0x8E, reason
    client.client.loop_stop()
    second.close()
    print("ok paho-python 5: properties, taken over", flush=True)


def will(port):
    watcher = Client(port, "paho-watcher", mqtt.MQTTv311)
    watcher.subscribe("paho/will", 1)
    victim = mqtt.Client("paho-victim", protocol=mqtt.MQTTv311)
    victim.will_set("paho/will", "gone", 1)
    victim.connect("127.0.0.1", port)
    while not victim.is_connected():
        victim.loop(0.1)
    victim.socket().close()
    watcher.expect("gone", 1)
    watcher.close()
    print("ok paho-python 3.1.1: will", flush=True)


def main():
    tcp, websocket = int(sys.argv[1]), int(sys.argv[2])
    levels(tcp, mqtt.MQTTv31, "tcp", "3.1")
    levels(tcp, mqtt.MQTTv311, "tcp", "3.1.1")
    levels(tcp, mqtt.MQTTv5, "tcp", "5")
    levels(websocket, mqtt.MQTTv311, "websockets", "3.1.1-websocket")
    levels(websocket, mqtt.MQTTv5, "websockets", "5-websocket")
    session(tcp, mqtt.MQTTv311, "3.1.1")
    session(tcp, mqtt.MQTTv5, "5")
    version5(tcp)
    will(tcp)


main()
