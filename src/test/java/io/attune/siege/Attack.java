package io.attune.siege;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** What one attacker does over and over. */
enum Attack {
    ROWS_OF_MANY_VALUES("uploads of 8 MiB rows of small objects", 10) {
        private byte[] row;

        @Override
        synchronized void prepare(Target target) {
            String tools = "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":["
                    + "{\"\":17},".repeat(900_000) + "0]}}";
            row = Target.bytes("{\"messages\":[" + TURN + "],\"tools\":[" + tools + "]}\n");
        }

        @Override
        String once(Target target) throws IOException, InterruptedException {
            return Integer.toString(target.upload(row).statusCode());
        }
    },
    BODIES_OF_MANY_VALUES("creates with 4 MB and 64 KB of empty objects", 20) {
        private final String large = body(1_300_000);
        private final String allowed = body(21_000);

        private String body(int objects) {
            return "{\"model\":\"m\",\"training_file\":\"f\",\"metadata\":{\"a\":[" + "{},".repeat(objects) + "{}]}}";
        }

        @Override
        String once(Target target) throws IOException, InterruptedException {
            target.post(JOBS, allowed);
            return Integer.toString(target.post(JOBS, large).statusCode());
        }
    },
    HELD_BODIES("bodies that never end, without a key", 200) {
        @Override
        String once(Target target) throws IOException, InterruptedException {
            try (Socket socket = new Socket("127.0.0.1", target.port())) {
                socket.setSoTimeout(1);
                socket.getOutputStream()
                        .write("POST /v1/files HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000000\r\n\r\n"
                                .getBytes(StandardCharsets.ISO_8859_1));
                for (int i = 0; i < 30; i++) { // longer than the service keeps it
                    socket.getOutputStream().write('x');
                    TimeUnit.SECONDS.sleep(1);
                }
                return "held";
            } catch (IOException e) {
                return "closed";
            }
        }
    },
    LONG_CONVERSATIONS("jobs on 20 rows of 4,000 assistant turns", 2) {
        private final byte[] rows =
                Target.bytes(("{\"messages\":[" + (TURN + ",").repeat(3_999) + TURN + "]}\n").repeat(20));

        @Override
        String once(Target target) throws IOException, InterruptedException {
            var uploaded = target.upload(rows);
            if (uploaded.statusCode() != 200) {
                return Integer.toString(uploaded.statusCode());
            }
            var created = target.post(JOBS, SiegeMain.job(SiegeMain.id(uploaded.body()), 1));
            if (created.statusCode() == 200) {
                TimeUnit.SECONDS.sleep(10); // validation is at it
                target.post(JOBS + "/" + SiegeMain.id(created.body()) + "/cancel", "");
            }
            return Integer.toString(created.statusCode());
        }
    },
    LONG_LISTS("lists of all files", 50) {
        private static final int FILES = 2_000;

        @Override
        void prepare(Target target) throws IOException, InterruptedException {
            for (int i = 0; i < FILES; i++) {
                target.upload(Target.bytes("{\"prompt\":\"" + i + "\",\"completion\":\"b\"}\n"));
            }
        }

        @Override
        String once(Target target) throws IOException, InterruptedException {
            return Integer.toString(target.get("/v1/files").statusCode());
        }
    },
    LINES_THAT_ARE_NO_JSON("uploads of 2 MB of x lines", 10) {
        private final byte[] lines = Target.bytes("x\n".repeat(1_000_000));

        @Override
        String once(Target target) throws IOException, InterruptedException {
            return Integer.toString(target.upload(lines).statusCode());
        }
    };

    private static final String JOBS = "/v1/fine_tuning/jobs";
    private static final String TURN = "{\"role\":\"assistant\",\"content\":\"a\"}";

    private final String words;
    private final int attackers;

    Attack(String words, int attackers) {
        this.words = words;
        this.attackers = attackers;
    }

    String words() {
        return words;
    }

    /** How many are at it at a time. */
    int attackers() {
        return attackers;
    }

    /** What has to be there before. */
    void prepare(Target target) throws IOException, InterruptedException {
        // nothing, for most
    }

    /** @return the status of what was answered, or what else became of it */
    abstract String once(Target target) throws IOException, InterruptedException;
}
