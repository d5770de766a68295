import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databaseUsers, rolesSql } from "../../components/database/roles";
import { scramVerifier } from "../../components/database/verifier";
import { missingServer, startPostgres, type Server } from "./support/postgres";

const OPTIONS = { database: "app", schema: "app", extensions: ["citext"], connectionLimit: 80 };
const ADMINISTRATOR = { name: "mainstay", password: "of-the-administrator" };

const passwords = (generation: number) =>
  Object.fromEntries(
    ["api", "worker", "migrator", "backup", "exporter"].map((user) => [user, `${user}-${generation}`]),
  );

/** From 16 on an administrator has power over the roles it made, and no others. */
const missing = missingServer(16);

describe("a password's verifier", () => {
  test("is the same every time, and another for another user or password", () => {
    expect(scramVerifier("api", "secret")).toBe(scramVerifier("api", "secret"));
    const others = [scramVerifier("worker", "secret"), scramVerifier("api", "secret2")];
    expect(new Set([...others, scramVerifier("api", "secret")]).size).toBe(3);
  });

  test("tells nothing of the password", () => {
    const sql = rolesSql(OPTIONS, databaseUsers({ api: "a'; DROP DATABASE app; --" }));
    expect(sql).not.toContain("DROP");
    expect(sql).toMatch(
      /PASSWORD 'SCRAM-SHA-256\$4096:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=';/,
    );
  });
});

describe.skipIf(missing !== "").each([
  ["a superuser", true],
  ["an administrator as RDS has it, who is none", false],
])(`roles made by %s${missing}`, (_, superuser) => {
  let server: Server;
  const asSuperuser = (sql: string, database = "postgres") =>
    server.psql(server.superuser.name, server.superuser.password, database, sql);
  const make = (sql: string) => {
    const { name, password } = superuser ? server.superuser : ADMINISTRATOR;
    return server.psql(name, password, "postgres", sql);
  };
  const roles = (generation: number, without: string[] = []) => {
    const wanted = Object.entries(passwords(generation)).filter(([user]) => !without.includes(user));
    return make(rolesSql(OPTIONS, databaseUsers(Object.fromEntries(wanted))));
  };
  const as = (user: string, generation: number, sql: string, database = "app") =>
    server.psql(user, `${user}-${generation}`, database, sql);
  const done = { status: 0, output: "", error: "" };

  beforeAll(async () => {
    server = await startPostgres();
    const { name, password } = ADMINISTRATOR;
    const rds = [
      `CREATE ROLE ${name} LOGIN CREATEROLE CREATEDB PASSWORD '${password}'`,
      `GRANT pg_monitor, pg_read_all_data TO ${name} WITH ADMIN OPTION`,
      `ALTER DATABASE postgres OWNER TO ${name}`,
      "CREATE ROLE rdsproxyadmin LOGIN",
    ];
    if (!superuser) expect(asSuperuser(rds.join("; "))).toEqual(done);
    expect(roles(1)).toEqual(done);
    const table = `CREATE TABLE app.documents (tenant text);
      ALTER TABLE app.documents ENABLE ROW LEVEL SECURITY;
      CREATE POLICY tenant ON app.documents USING (tenant = current_setting('app.tenant', true));
      INSERT INTO app.documents VALUES ('a'), ('b');`;
    expect(as("migrator", 1, table)).toEqual(done);
  }, 60_000);
  afterAll(() => server.stop());

  test("may be made again without a change", () => {
    const state = `SELECT md5(string_agg(r::text, '' ORDER BY r.oid)) FROM pg_authid r;
      SELECT md5(string_agg(m::text, '' ORDER BY m::text)) FROM pg_auth_members m;
      SELECT md5(string_agg(d::text, '' ORDER BY d.oid)) FROM pg_database d;`;
    const before = asSuperuser(state);
    expect(roles(1)).toEqual(done);
    expect(asSuperuser(state)).toEqual(before);
  });

  test("let a service see the rows of the tenant it names, and write", () => {
    const statements = `SET app.tenant = 'a'; SELECT count(*) FROM app.documents;
      INSERT INTO app.documents VALUES ('a'); SELECT count(*) FROM app.documents;`;
    expect(as("api", 1, statements)).toEqual({ ...done, output: "1\n2" });
    expect(as("api", 1, "SELECT count(*) FROM app.documents").output).toBe("0");
    expect(as("api", 1, "DROP TABLE app.documents").error).toBe("must be owner of table documents");
    expect(as("api", 1, "CREATE TABLE app.mine ()").error).toBe("permission denied for schema app");
    expect(as("api", 1, "SELECT 1", "postgres").error).toBe('permission denied for database "postgres"');
  });

  test("let the backup see every row with row security off, and write nothing", () => {
    const dump = "SET row_security = off; SELECT count(*) >= 2 FROM app.documents;";
    expect(as("backup", 1, dump)).toEqual({ ...done, output: "t" });
    expect(as("backup", 1, "DELETE FROM app.documents").error).toBe(
      "cannot execute DELETE in a read-only transaction",
    );
  });

  test("let the exporter see everybody's statistics, and no data", () => {
    expect(as("exporter", 1, "SELECT pg_has_role('pg_read_all_stats', 'USAGE')").output).toBe("t");
    expect(as("exporter", 1, "SELECT count(*) FROM app.documents").error).toBe(
      "permission denied for schema app",
    );
    expect(as("exporter", 1, "SELECT 1", "postgres").output).toBe("1");
  });

  test("have no more than they need", () => {
    const query = `SELECT rolname, rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
        rolconnlimit FROM pg_roles WHERE rolname IN ('api', 'worker', 'migrator', 'backup', 'exporter')
      ORDER BY rolname`;
    expect(asSuperuser(query).output.split("\n")).toEqual([
      "api|t|f|f|f|f|f|80",
      `backup|t|f|f|f|f|${superuser ? "t" : "f"}|5`,
      "exporter|t|f|f|f|f|f|5",
      "migrator|t|f|f|f|f|f|5",
      "worker|t|f|f|f|f|f|80",
    ]);
  });

  test("take a new password, and no longer the old one", () => {
    expect(as("worker", 1, "SELECT 1").output).toBe("1");
    expect(roles(2)).toEqual(done);
    expect(as("worker", 2, "SELECT 1").output).toBe("1");
    expect(as("worker", 1, "SELECT 1").error).toContain('password authentication failed for user "worker"');
  });

  test("keep out a user that is no longer declared, and let it in again", () => {
    expect(roles(2, ["worker"])).toEqual(done);
    expect(as("worker", 2, "SELECT 1").error).toContain('role "worker" is not permitted to log in');
    const others =
      "SELECT rolname FROM pg_roles WHERE rolname IN ('mainstay', 'rdsproxyadmin') AND rolcanlogin";
    if (!superuser) expect(asSuperuser(others).output).toBe("mainstay\nrdsproxyadmin");
    expect(roles(2)).toEqual(done);
    expect(as("worker", 2, "SELECT 1").output).toBe("1");
  });

  test("lose what was given to them by hand", () => {
    asSuperuser("ALTER ROLE api SUPERUSER REPLICATION BYPASSRLS CREATEROLE CREATEDB CONNECTION LIMIT -1");
    if (superuser) {
      expect(roles(2)).toEqual(done);
      const query = `SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls, rolconnlimit
        FROM pg_roles WHERE rolname = 'api'`;
      expect(asSuperuser(query).output).toBe("f|80");
    } else {
      // What only AWS could have given, only AWS can take; it is not passed over in silence.
      expect(roles(2).error).toBe("permission denied to alter role");
    }
  });
});

describe.skipIf(missing !== "")(`names that are words of SQL${missing}`, () => {
  let server: Server;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());

  test.each([
    { database: "user", schema: "order", service: "select" },
    { database: "group", schema: "end", service: "all" },
    { database: "table", schema: "current_user", service: "my-orders" },
  ])("$database, $schema and $service", ({ database, schema, service }) => {
    const users = databaseUsers({ ...passwords(1), [service]: `${service}-1` });
    const options = { ...OPTIONS, database, schema, extensions: ["uuid-ossp", "citext"] };
    const { name, password } = server.superuser;
    // The second time there is something to find.
    for (const time of [1, 2]) {
      const made = server.psql(name, password, "postgres", rolesSql(options, users));
      expect({ time, ...made }).toEqual({ time, status: 0, output: "", error: "" });
    }
    const as = (user: string, sql: string) => server.psql(user, `${user}-1`, database, sql);
    const table = `CREATE TABLE "${schema}".things (id uuid DEFAULT uuid_generate_v4(), name citext)`;
    expect(as("migrator", `GRANT USAGE ON SCHEMA public TO app_readwrite; ${table}`)).toMatchObject({
      status: 0,
    });
    const writing = `INSERT INTO "${schema}".things (name) VALUES ('A'); SELECT count(*) FROM "${schema}".things`;
    expect(as(service, writing)).toEqual({ status: 0, output: "1", error: "" });
  });
});
