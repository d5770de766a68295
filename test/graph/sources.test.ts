/** The fixture from all three sources: what the program declares, and what an engine recorded of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  declare,
  differences,
  fromPreview,
  fromState,
  withoutProviderDefaults,
  type Graph,
  type PreviewDigest,
  type Resource,
  type State,
} from "../../graph";
import { OPTIONS, program } from "./fixture/program";

const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, "recorded", `${name}.json`), "utf8"));
const first = recorded("preview-first") as PreviewDigest;
const second = recorded("preview-second") as PreviewDigest;
const changesOnly = recorded("preview-changes-only") as PreviewDigest;
const state = recorded("state") as State;

const urn = (rest: string): string => `urn:pulumi:dev::graph-fixture::${rest}`;
const DRAWER = "fixture:index:Shelf$fixture:index:Drawer";
const ENGINE = urn("pulumi:providers:docker::engine");
const NETWORK = urn(`${DRAWER}$docker:index/network:Network::shelf-drawer-network`);
const VOLUME = urn("fixture:index:Shelf$docker:index/volume:Volume::shelf-volume");
const IMAGE = urn("docker:index/remoteImage:RemoteImage::image");
const PASSWORD = urn("random:index/randomPassword:RandomPassword::password");

function named(graph: Graph, name: string): Resource | undefined {
  return graph.resources.find((resource) => resource.name === name);
}

describe("the three sources", () => {
  it("give the same list", async () => {
    const offline = await declare(program, OPTIONS);
    expect(differences(offline, fromPreview(first))).toEqual([]);
    expect(differences(offline, fromPreview(second))).toEqual([]);
    expect(differences(offline, fromState(state))).toEqual([]);
    expect(differences(fromPreview(second), fromState(state))).toEqual([]);
  });

  it("give it in the same order, a parent before its children", async () => {
    const urns = [
      urn("pulumi:pulumi:Stack::graph-fixture-dev"),
      urn("docker:index/container:Container::container"),
      IMAGE,
      urn("fixture:index:Shelf::shelf"),
      VOLUME,
      urn(`${DRAWER}::shelf-drawer`),
      NETWORK,
      ENGINE,
      PASSWORD,
      urn("random:index/randomPet:RandomPet::pet"),
      urn("tls:index/privateKey:PrivateKey::key"),
    ];
    const graphs = [
      await declare(program, OPTIONS),
      fromPreview(first),
      fromPreview(second),
      fromState(state),
    ];
    for (const graph of graphs) expect(graph.resources.map((resource) => resource.urn)).toEqual(urns);
    expect(graphs.map(({ stack }) => stack)).toEqual(["dev", "dev", "dev", "dev"]);
  });

  it("know of a container what the program says", async () => {
    expect(named(await declare(program, OPTIONS), "container")).toEqual({
      urn: urn("docker:index/container:Container::container"),
      type: "docker:index/container:Container",
      name: "container",
      parent: urn("pulumi:pulumi:Stack::graph-fixture-dev"),
      custom: true,
      inputs: {
        command: ["/bin/app", "--port", "8002"],
        envs: ["MODE=test", "[secret]"],
        image: "[unknown]",
        labels: [{ label: "team", value: "ops" }],
        mustRun: false,
        name: "graph-fixture-container",
        networksAdvanced: [{ aliases: ["app"], name: "graph-shelf-drawer-network" }],
        ports: [{ external: 18002, internal: 8002 }],
        start: false,
        uploads: [
          { content: "[secret]", file: "/etc/app/password" },
          { content: "plain", file: "/etc/app/plain" },
        ],
      },
      secrets: ["envs[1]", "uploads[0].content"],
      providerDefaults: [],
      dependencies: [IMAGE, VOLUME, NETWORK, PASSWORD].sort(),
      propertyDependencies: { image: [IMAGE], networksAdvanced: [NETWORK], uploads: [PASSWORD] },
      protect: false,
      retainOnDelete: false,
      ignoreChanges: ["image"],
      provider: ENGINE,
      deleteBeforeReplace: true,
    });
  });

  it("tell what the provider filled in from what the program said", () => {
    const container = named(fromState(state), "container");
    expect(container?.inputs).toMatchObject({ restart: "no", ports: [{ ip: "0.0.0.0", internal: 8002 }] });
    expect(container?.providerDefaults).toEqual([
      "containerReadRefreshTimeoutMilliseconds",
      "networkMode",
      "ports[0].ip",
      "ports[0].protocol",
      "removeVolumes",
      "restart",
      "waitTimeout",
    ]);
    const stripped = named(withoutProviderDefaults(fromState(state)), "container");
    expect(stripped?.providerDefaults).toEqual([]);
    expect(stripped?.inputs).toEqual({
      command: ["/bin/app", "--port", "8002"],
      envs: "[secret]",
      image: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      labels: [{ label: "team", value: "ops" }],
      mustRun: false,
      name: "graph-fixture-container",
      networksAdvanced: [{ aliases: ["app"], name: "graph-shelf-drawer-network" }],
      ports: [{ external: 18002, internal: 8002 }],
      start: false,
      uploads: "[secret]",
    });
  });

  it("show assets and references in a form to read", async () => {
    const shelf = {
      labels: { team: "ops", tier: "data" },
      note: "[asset text sha256:c33214347cb622ff63ed3259d29bc53640bffaf781a59b11d9d38adfa6fad2b8]",
      owner: `[resource ${urn("random:index/randomPet:RandomPet::pet")}]`,
    };
    for (const graph of [await declare(program, OPTIONS), fromPreview(first), fromState(state)]) {
      expect(named(graph, "shelf")?.inputs).toEqual(shelf);
    }
  });

  it("mark a secret nobody knows yet as a secret", async () => {
    const keepers = { plain: "yes", secret: "[secret]", secretUnknown: "[secret]", unknown: "[unknown]" };
    for (const graph of [await declare(program, OPTIONS), fromPreview(first)]) {
      expect(named(graph, "pet")?.inputs).toEqual({ length: 2, keepers });
      expect(named(graph, "pet")?.secrets).toEqual(["keepers.secret", "keepers.secretUnknown"]);
    }
  });

  it("know protection, retention and providers", async () => {
    for (const graph of [await declare(program, OPTIONS), fromPreview(first), fromState(state)]) {
      const shown = graph.resources.map(({ name, protect, retainOnDelete, provider }) => ({
        name,
        protect,
        retainOnDelete,
        provider,
      }));
      expect(shown.filter(({ protect, retainOnDelete }) => protect || retainOnDelete)).toEqual([
        { name: "shelf-volume", protect: true, retainOnDelete: true, provider: ENGINE },
      ]);
      expect(shown.filter(({ provider }) => provider !== null).map(({ name }) => name)).toEqual([
        "container",
        "image",
        "shelf-volume",
        "shelf-drawer-network",
      ]);
    }
  });

  it("know the stack's outputs as far as their source records them", async () => {
    const outputs = { id: "[unknown]", list: [1, { password: "[secret]", pet: "[unknown]" }] };
    expect((await declare(program, OPTIONS)).outputs).toEqual({
      ...outputs,
      name: "graph-fixture-container",
      token: "[secret]",
    });
    expect(fromPreview(first).outputs).toEqual({});
    expect(fromState(state).outputs).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      list: [1, { password: "[secret]", pet: expect.stringMatching(/^[a-z]+-[a-z]+$/) }],
      name: "graph-fixture-container",
      token: "[secret]",
    });
  });

  it("refuse a preview without the unchanged resources", () => {
    expect(() => fromPreview(changesOnly)).toThrow(
      "the preview leaves out 10 unchanged resources: run it with --show-sames",
    );
  });
});
