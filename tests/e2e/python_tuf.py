"""Samara and python-tuf 7 with each other: each follows a repository that the other wrote and
signed, through rotated keys and delegations, and refuses what was changed; each reads the other's
key files. Run by a Python with tests/requirements-clients.txt; without them it is skipped (77)."""

import datetime
import json
import pathlib
import sys
import tempfile

from hub import HubCase
from key_test import Case, serving
from program import F32, INT8, parsed, run_tests, samara

try:
    from cryptography.hazmat.primitives import serialization
    from securesystemslib.signer import CryptoSigner
    from tuf.api.exceptions import DownloadError, RepositoryError
    from tuf.api.metadata import (DelegatedRole, Delegations, Metadata, MetaFile, Root, Snapshot,
                                  SuccinctRoles, TargetFile, Targets, Timestamp)
    from tuf.api.serialization.json import JSONSerializer
    from tuf.ngclient import Updater
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

EXPIRES = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(days=30)
MAKERS = {"ed25519": CryptoSigner.generate_ed25519, "ecdsa": CryptoSigner.generate_ecdsa,
          "rsa": CryptoSigner.generate_rsa}


class Theirs:
    """A repository that python-tuf writes into a folder, with the given kind of keys."""

    def __init__(self, folder, kind, compact):
        self.metadata, self.targets = folder / "metadata", folder / "targets"
        self.metadata.mkdir(parents=True)
        self.targets.mkdir()
        self.serializer = JSONSerializer(compact=compact)
        self.make = MAKERS[kind]
        self.roles = {"root": Metadata(Root(expires=EXPIRES)), "targets": Metadata(Targets(expires=EXPIRES)),
                      "snapshot": Metadata(Snapshot(expires=EXPIRES)),
                      "timestamp": Metadata(Timestamp(expires=EXPIRES))}
        self.signers = {}
        for role in self.roles:
            self.signers[role] = [self.make()]
            self.root.add_key(self.signers[role][0].public_key, role)

    @property
    def root(self):
        return self.roles["root"].signed

    def add(self, role, name, content):
        target = TargetFile.from_data(name, content, ["sha256", "sha512"])
        self.roles[role].signed.targets[name] = target
        for path in target.get_prefixed_paths():
            (self.targets / path).parent.mkdir(parents=True, exist_ok=True)
            (self.targets / path).write_bytes(content)

    def delegate(self, parent, name, paths, terminating=False):
        self.roles[name] = Metadata(Targets(expires=EXPIRES))
        self.signers[name] = [self.make()]
        signed = self.roles[parent].signed
        if signed.delegations is None:
            signed.delegations = Delegations({}, roles={})
        signed.delegations.roles[name] = DelegatedRole(name, [], 1, terminating, paths)
        signed.add_key(self.signers[name][0].public_key, name)

    def publish(self, *roles, extra=()):
        for role in roles:
            self.roles[role].signatures.clear()
            for signer in [*self.signers[role], *extra]:
                self.roles[role].sign(signer, append=True)
            data = self.roles[role].to_bytes(self.serializer)
            signed = self.roles[role].signed
            name = "timestamp.json" if role == "timestamp" else f"{signed.version}.{role}.json"
            (self.metadata / name).parent.mkdir(exist_ok=True)  # of a role with a slash in its name
            (self.metadata / name).write_bytes(data)
            info = MetaFile.from_data(signed.version, data, ["sha256"])
            if role == "snapshot":
                self.roles["timestamp"].signed.snapshot_meta = info
            elif role not in ("root", "timestamp"):
                self.roles["snapshot"].signed.meta[f"{role}.json"] = info

    def next(self, *roles, extra=()):
        for role in roles:
            self.roles[role].signed.version += 1
            self.publish(role, extra=extra)


class WeRead(Case):
    def device(self, address, action, *words):
        return ["tuf", "--metadata-dir", self.path("device"), "--metadata-url", address + "/metadata",
                "--target-base-url", address + "/targets", "--target-dir", self.path("out"), *words, action]

    def begin(self, kind="ed25519", compact=True):
        repository = Theirs(self.path("repo"), kind, compact)
        for name in ("device", "out"):
            self.path(name).mkdir()
        return repository

    def follow(self, repository):
        repository.publish("targets", "snapshot", "timestamp", "root")
        self.good("tuf", "--metadata-dir", self.path("device"), "init", repository.metadata / "1.root.json")

    def test_every_kind_of_key_and_both_ways_of_printing(self):
        for kind in MAKERS:
            for compact in (True, False):
                with self.subTest(kind=kind, compact=compact), tempfile.TemporaryDirectory() as folder:
                    self.folder = pathlib.Path(folder)
                    repository = self.begin(kind, compact)
                    repository.add("targets", "a/model é.tflite", b"model")
                    self.follow(repository)
                    with serving(self.path("repo")) as address:
                        self.good(*self.device(address, "download", "--target-name", "a/model é.tflite"))
                    got = list(self.path("out").iterdir())
                    self.assertEqual([file.read_bytes() for file in got], [b"model"])

    def test_rotation_of_every_role(self):
        repository = self.begin()
        self.follow(repository)
        with serving(self.path("repo")) as address:
            self.good(*self.device(address, "refresh"))
            for role in ("root", "timestamp", "snapshot", "targets"):
                old, new = repository.signers[role][0], repository.make()
                repository.root.revoke_key(old.public_key.keyid, role)
                repository.root.add_key(new.public_key, role)
                repository.signers[role] = [new]
                repository.next("root", extra=[old] if role == "root" else [])
                repository.next("targets", "snapshot", "timestamp")
                self.good(*self.device(address, "refresh"))
            self.assertEqual(json.loads(self.path("device/root.json").read_text())["signed"]["version"], 5)
            repository.signers["root"] = [repository.make()]
            repository.next("root")
            self.refused(*self.device(address, "refresh"), says="signed by 0 of the 1")

    def test_delegations(self):
        repository = self.begin()
        repository.delegate("targets", "teams", ["teams/*/*"])
        repository.delegate("teams", "teams/a", ["teams/a/*"], terminating=True)
        repository.delegate("teams", "b", ["teams/[ab]/*"])
        repository.add("teams/a", "teams/a/model", b"from a")
        repository.add("b", "teams/a/hidden", b"behind a terminating delegation")
        repository.add("b", "teams/b/model", b"from b")
        repository.publish("b", "teams/a", "teams")
        self.follow(repository)
        with serving(self.path("repo")) as address:
            for name in ("teams/a/model", "teams/b/model"):
                self.good(*self.device(address, "download", "--target-name", name))
            self.refused(*self.device(address, "download", "--target-name", "teams/a/hidden"),
                         says="nobody has signed")
        self.assertEqual(sorted(file.read_bytes() for file in self.path("out").iterdir()),
                         [b"from a", b"from b"])

    def test_hash_bins(self):
        repository = self.begin()
        bins = SuccinctRoles([], 1, 5, "bin")
        repository.roles["targets"].signed.delegations = Delegations({}, None, bins)
        signer = repository.make()
        repository.roles["targets"].signed.add_key(signer.public_key)
        for name in bins.get_roles():
            repository.roles[name] = Metadata(Targets(expires=EXPIRES))
            repository.signers[name] = [signer]
        names = [f"model-{i}" for i in range(20)]
        for name in names:
            repository.add(bins.get_role_for_target(name), name, name.encode())
        repository.publish(*bins.get_roles())
        self.follow(repository)
        with serving(self.path("repo")) as address:
            wanted = [word for name in names for word in ("--target-name", name)]
            self.good(*self.device(address, "download", *wanted))
        self.assertEqual(len(list(self.path("out").iterdir())), 20)


class TheyRead(Case):
    def setUp(self):
        super().setUp()
        for name, kind in (("root", "rsa"), ("targets", "ecdsa"), ("online", "ed25519")):
            self.key(name, "--type", kind)
        (self.path("files") / "faces").mkdir(parents=True)
        (self.path("files") / "faces/model.tflite").write_bytes(b"model one")
        self.publish()
        for name in ("device", "out"):
            self.path(name).mkdir()

    def publish(self, root="root"):
        keys = {"root": root, "targets": "targets", "snapshot": "online", "timestamp": "online"}
        self.good("tuf", "publish", "--repository-dir", self.path("repo"), "--files", self.path("files"),
                  *[f"--key={role}={self.path(name)}" for role, name in keys.items()])

    def updater(self, address):
        first = self.path("repo/metadata/1.root.json").read_bytes()
        return Updater(str(self.path("device")), address + "/metadata/", str(self.path("out")),
                       address + "/targets/", bootstrap=first)

    def fetch(self, address, name):
        updater = self.updater(address)
        return pathlib.Path(updater.download_target(updater.get_targetinfo(name))).read_bytes()

    def test_targets_versions_and_rotations(self):
        with serving(self.path("repo")) as address:
            self.assertEqual(self.fetch(address, "faces/model.tflite"), b"model one")
            (self.path("files") / "faces/model.tflite").write_bytes(b"model two")
            self.publish()
            self.assertEqual(self.fetch(address, "faces/model.tflite"), b"model two")
            old = parsed(samara("key", "show", self.path("root.pub"), "--json"))
            self.key("root-2")
            self.good("key", "rotate", self.path("repo/metadata/1.root.json"), "--add",
                      self.path("root-2.pub"), "--remove", next(iter(old)), "--key", self.path("root"),
                      "--key", self.path("root-2"))
            updater = self.updater(address)
            updater.refresh()
            stored = json.loads((self.path("device") / "root.json").read_text())
            self.assertEqual(stored["signed"]["version"], 2)

    def test_their_reader_finds_our_forms_in_order(self):
        for file in self.path("repo/metadata").iterdir():
            metadata = Metadata.from_file(str(file))
            self.assertEqual(metadata.signed.spec_version, "1.0.31")
        root = Metadata[Root].from_file(str(self.path("repo/metadata/1.root.json")))
        root.verify_delegate("root", root)
        for role, name in (("targets", "1.targets"), ("snapshot", "1.snapshot"), ("timestamp", "timestamp")):
            root.verify_delegate(role, Metadata.from_file(str(self.path(f"repo/metadata/{name}.json"))))

    def test_what_was_changed_is_refused_there_too(self):
        for file in self.path("repo/targets/faces").iterdir():
            file.write_bytes(b"model 666")
        with serving(self.path("repo")) as address:
            with self.assertRaises((RepositoryError, DownloadError)):
                self.fetch(address, "faces/model.tflite")


class TheyReadAHub(Case, HubCase):
    """python-tuf, unmodified, against the repository that a running hub serves."""

    public = True

    def setUp(self):
        super().setUp()
        for name, kind in (("root", "rsa"), ("targets", "ecdsa"), ("release", "ed25519")):
            self.key(name, "--type", kind)
        for name in ("device", "out"):
            self.path(name).mkdir()
        self.run_hub("trust", "--root-key", self.path("root"), "--targets-key", self.path("targets"),
                     "--release-key", self.path("release"), "--online", "--output", self.path("root.json"))
        self.push(INT8, "1.0.0")

    def run_hub(self, *words):
        return self.good("hub", *words, environment={**self.hub.variables(), "HOME": str(self.folder)})

    def push(self, file, version):
        self.run_hub("push", file, "--model", "digits", "--version", version, "--sign", self.path("release"),
                     "--channel", "stable")

    def fetch(self, name):
        base = f"{self.hub.address}/v1/projects/default/tuf/"
        updater = Updater(str(self.path("device")), base + "metadata/", str(self.path("out")),
                          base + "targets/", bootstrap=self.path("root.json").read_bytes())
        target = updater.get_targetinfo(name)
        return target and pathlib.Path(updater.download_target(target)).read_bytes()

    def test_versions_channels_rollbacks_and_rotations(self):
        first, second = pathlib.Path(INT8).read_bytes(), pathlib.Path(F32).read_bytes()
        self.assertEqual(self.fetch("channels/stable/digits.tflite"), first)
        self.push(F32, "2.0.0")
        self.assertEqual(self.fetch("channels/stable/digits.tflite"), second)
        self.assertEqual(self.fetch("models/digits/1.0.0.tflite"), first)
        self.run_hub("rollback", "digits")
        self.assertEqual(self.fetch("channels/stable/digits.tflite"), first)
        self.assertIsNone(self.fetch("models/digits/9.0.0.tflite"))
        self.key("root-2")
        self.path("1.root.json").write_bytes(self.path("root.json").read_bytes())
        self.good("key", "rotate", self.path("1.root.json"), "--add", self.path("root-2.pub"), "--key",
                  self.path("root"))
        self.run_hub("trust", "--upload", self.path("2.root.json"))
        self.assertEqual(self.fetch("channels/stable/digits.tflite"), first)
        stored = json.loads((self.path("device") / "root.json").read_text())
        self.assertEqual(stored["signed"]["version"], 2)


class Keys(Case):
    def test_private_keys_go_both_ways(self):
        for kind in MAKERS:
            self.good("key", "new", self.path(kind), "--type", kind, "--passphrase-env", "WORD",
                      environment={"WORD": "open sesame"})
            key = serialization.load_pem_private_key(self.path(kind).read_bytes(), b"open sesame")
            ours = parsed(samara("key", "show", self.path(kind + ".pub"), "--json"))
            signer = CryptoSigner(key)
            self.assertEqual(list(ours), [signer.public_key.keyid])
            theirs = MAKERS[kind]()
            self.path("theirs").write_bytes(theirs.private_bytes)
            shown = parsed(samara("key", "show", self.path("theirs"), "--json"))
            self.assertEqual(list(shown), [theirs.public_key.keyid])
            closed = theirs._private_key.private_bytes(  # pylint: disable=protected-access
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(b"word"))
            self.path("theirs").write_bytes(closed)
            shown = parsed(samara("key", "show", self.path("theirs"), "--json", "--passphrase-env", "W",
                                  environment={"W": "word"}))
            self.assertEqual(list(shown), [theirs.public_key.keyid])


if __name__ == "__main__":
    run_tests()
