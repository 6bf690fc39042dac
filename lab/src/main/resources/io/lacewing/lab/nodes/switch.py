"""A switch between network namespaces, in user space: it forwards Ethernet frames between TAP devices, one in each namespace, and
can delay and lose them per direction. It ends with its standard input, from which it reads commands, a line each:

    attach NAMESPACE HOST           makes the device eth0 in the namespace, and answers "attached HOST"
    slow FROM TO DELAY JITTER LOSS  milliseconds, milliseconds, percent; frames keep their order; answers "slow"
    fast                            ends all of that; answers "fast"
"""
import ctypes
import fcntl
import heapq
import os
import random
import selectors
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TAP_NO_PI = 0x1002
CLONE_NEWNET = 0x40000000
MAX_FRAME = 65536
MAX_WAITING = 20000

libc = ctypes.CDLL(None, use_errno=True)
selector = selectors.DefaultSelector()
taps = {}  # host -> file descriptor
hosts = {}  # MAC address -> host
slow = {}  # (from, to) -> (delay, jitter, loss), in seconds and as a fraction
last_due = {}  # (from, to) -> when its last frame leaves
waiting = []  # heap of (due, number, to, frame)
number = 0


def attach(namespace, host):
    with open("/run/netns/" + namespace) as handle:
        if libc.setns(handle.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns " + namespace)
    tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH14x", b"eth0", IFF_TAP_NO_PI))
    taps[host] = tap
    selector.register(tap, selectors.EVENT_READ, host)


def command(line):
    words = line.split()
    if words[0] == "attach":
        attach(words[1], words[2])
        print("attached " + words[2], flush=True)
    elif words[0] == "slow":
        slow[words[1], words[2]] = (float(words[3]) / 1e3, float(words[4]) / 1e3, float(words[5]) / 100)
        print("slow", flush=True)
    elif words[0] == "fast":
        slow.clear()
        print("fast", flush=True)
    else:
        raise ValueError("unknown command " + line)


def write(host, frame):
    try:
        os.write(taps[host], frame)
    except OSError:
        pass  # the device is down or its queue is full: a switch loses the frame


def send(sender, receiver, frame):
    global number
    link = (sender, receiver)
    delay, jitter, loss = slow.get(link, (0, 0, 0))
    if loss and random.random() < loss:
        return
    now = time.monotonic()
    due = max(last_due.get(link, 0), now + delay + random.random() * jitter)
    if due <= now:
        write(receiver, frame)
    elif len(waiting) < MAX_WAITING:
        last_due[link] = due
        number += 1
        heapq.heappush(waiting, (due, number, receiver, frame))


def forward(sender):
    for _ in range(64):
        try:
            frame = os.read(taps[sender], MAX_FRAME)
        except BlockingIOError:
            return
        hosts[frame[6:12]] = sender
        receiver = hosts.get(frame[0:6])
        if receiver is not None:
            if receiver != sender:
                send(sender, receiver, frame)
        else:
            for other in taps:
                if other != sender:
                    send(sender, other, frame)


def run():
    commands = b""
    os.set_blocking(0, False)
    selector.register(0, selectors.EVENT_READ, None)
    while True:
        timeout = max(0, waiting[0][0] - time.monotonic()) if waiting else None
        for key, _ in selector.select(timeout):
            if key.data is not None:
                forward(key.data)
                continue
            more = os.read(0, 4096)
            if not more:
                return
            *lines, commands = (commands + more).split(b"\n")
            for line in lines:
                command(line.decode())
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, _, receiver, frame = heapq.heappop(waiting)
            write(receiver, frame)


try:
    run()
except (OSError, ValueError) as problem:
    sys.exit("switch: %s" % problem)
