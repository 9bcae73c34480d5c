"""Two network namespaces with a link between them that loses, delays, reorders and is cut.

The link is two TAP devices and a thread that carries frames from one to the other, so that the faults
need no kernel module and the bytes that reach the device are counted where they arrive."""

import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import threading
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
MTU = 1500


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


def possible():
    """None, or why there can be no namespaces here."""
    name = f"samara-try-{os.getpid()}"
    try:
        ip("netns", "add", name)
        ip("netns", "del", name)
    except (OSError, subprocess.CalledProcessError):
        return "network namespaces are not permitted here"
    return None if os.access("/dev/net/tun", os.R_OK | os.W_OK) else "there is no /dev/net/tun"


def open_tap(namespace, name, address):
    """A TAP device in the namespace, as a descriptor that gives and takes frames."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/var/run/netns/{namespace}", os.O_RDONLY)
    try:
        if LIBC.setns(there, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
        tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    finally:
        LIBC.setns(home, CLONE_NEWNET)
        os.close(home)
        os.close(there)
    ip("-n", namespace, "addr", "add", address + "/24", "dev", name)
    ip("-n", namespace, "link", "set", name, "mtu", str(MTU), "up")
    ip("-n", namespace, "link", "set", "lo", "up")
    return tap


class Link:
    HUB, DEVICE = "10.77.0.1", "10.77.0.2"

    def __init__(self, seed=1):
        self.random = random.Random(seed)
        self.loss = self.reorder = self.delay = 0.0
        self.cut = False
        self.to_device = self.lost = self.reordered = 0  # bytes; frames
        suffix = os.getpid()
        self.hub, self.device = f"samara-hub-{suffix}", f"samara-dev-{suffix}"
        self.taps, self.made = [], []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.carry, daemon=True)
        try:
            for namespace, address in ((self.hub, self.HUB), (self.device, self.DEVICE)):
                ip("netns", "add", namespace)
                self.made.append(namespace)
                self.taps.append(open_tap(namespace, "wire", address))
        except BaseException:
            self.remove()
            raise
        self.thread.start()

    def carry(self):
        """Frames wait in a heap until their time; one that is reordered waits longer."""
        waiting, order = [], 0
        while not self.stop.is_set():
            now = time.monotonic()
            wait = min(0.05, max(0.0, waiting[0][0] - now)) if waiting else 0.05
            for tap in select.select(self.taps, [], [], wait)[0]:
                to = self.taps[1 - self.taps.index(tap)]
                for frame in self.frames(tap):
                    due = time.monotonic() + self.delay
                    if self.reorder and self.random.random() < self.reorder:
                        self.reordered += 1
                        due += 0.005 + self.delay
                    order += 1
                    heapq.heappush(waiting, (due, order, to, frame))
            now = time.monotonic()
            while waiting and waiting[0][0] <= now:
                self.give(*heapq.heappop(waiting)[2:])

    def frames(self, tap):
        for _ in range(64):
            try:
                frame = os.read(tap, MTU + 64)
            except BlockingIOError:
                return
            if self.cut or (self.loss and self.random.random() < self.loss):
                self.lost += 1
                continue
            yield frame

    def give(self, to, frame):
        try:
            os.write(to, frame)
            if to == self.taps[1]:
                self.to_device += len(frame)
        except OSError:
            self.lost += 1  # the queue is full: as on any other link

    def run(self, side, command, **options):
        """A process on that side: "hub" or "device"."""
        return subprocess.Popen(["ip", "netns", "exec", getattr(self, side), *map(str, command)],
                                stdout=subprocess.PIPE, text=True, **options)

    def received(self):
        """Bytes that the device's interface counts."""
        words = ["ip", "netns", "exec", self.device, "cat", "/sys/class/net/wire/statistics/rx_bytes"]
        # sysfs shows the namespace that it was mounted in, which `ip netns exec` sees to.
        return int(subprocess.run(words, check=True, capture_output=True, text=True).stdout)

    def close(self):
        self.stop.set()
        self.thread.join()
        self.remove()

    def remove(self):
        for tap in self.taps:
            os.close(tap)
        for namespace in self.made:
            ip("netns", "del", namespace)
