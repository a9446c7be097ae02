package io.attune.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreMainTest {

    /** SHA-256 of "a". */
    private static final String A = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path temporary;

    @Test
    void aStoreIsCopiedAndTheNextStepIsTold() throws IOException {
        Path from = blob(A);
        Path to = temporary.resolve("to");

        assertThat(run("copy", from.toString(), to.toString())).isZero();
        assertThat(to.resolve("blobs/ca/" + A)).hasContent("a");
        assertThat(out.toString(UTF_8))
                .contains("1 of 1 objects", "1 copied", "FROM has no marker yet", "ATTUNE_STORE=file:" + to);
    }

    @Test
    void bytesThatWereAlteredAreNamedAndTheCommandFails() throws IOException {
        String other = "cb" + A.substring(2);
        Path from = blob(other);

        assertThat(run("copy", from.toString(), temporary.resolve("to").toString()))
                .isEqualTo(1);
        assertThat(out.toString(UTF_8)).contains("Damaged in FROM, and not copied: " + other);
    }

    @Test
    void aPlaceWithoutAStoreIsNamed() {
        Path nothing = temporary.resolve("nothing");

        assertThat(run("copy", nothing.toString(), temporary.toString())).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("There is no artifact store in " + nothing);
    }

    @Test
    void theUsageIsShownWherePlacesAreMissing() {
        assertThat(run("copy", "only-one")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("usage: attune store copy FROM TO");
    }

    private Path blob(String name) throws IOException {
        Path shelf = Files.createDirectories(temporary.resolve("from/blobs").resolve(name.substring(0, 2)));
        Files.writeString(shelf.resolve(name), "a");
        return temporary.resolve("from");
    }

    private int run(String... args) {
        return StoreMain.run(args, Map.of(), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }
}
