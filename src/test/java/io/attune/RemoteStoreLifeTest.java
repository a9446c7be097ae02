package io.attune;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.storage.S3Server;
import io.attune.tales.DemoData;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A job of a service whose artifacts lie in S3, by the whole program. */
@ProcessTest
class RemoteStoreLifeTest {

    @TempDir
    private Path data;

    @TempDir
    private Path rows;

    @Test
    void aJobEndsWithItsArtifactInTheBucketAndNoneOfItInTheDataFolder() throws Exception {
        DemoData.write(rows);
        Path few = rows.resolve("few.jsonl");
        Files.write(few, Files.readAllLines(rows.resolve("train.jsonl")).subList(0, 16));
        try (S3Server s3 = new S3Server();
                LiveService service = new LiveService(data)
                        .with("ATTUNE_STORE", "s3://" + S3Server.BUCKET)
                        .with("ATTUNE_S3_ENDPOINT", s3.endpoint())
                        .with("AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY)
                        .with("AWS_SECRET_ACCESS_KEY", S3Server.SECRET_KEY)
                        .start()) {
            String id = service.create("""
                    {"model": "attune-tales", "training_file": "%s", "training_type": {"type": "lora", "r": 2},
                     "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 1, "batch_size": 8}}}}""".formatted(service.upload(few)));
            JsonNode job = service.awaitEnd(id);
            assertThat(job.get("status").asString()).as(job.toString()).isEqualTo("succeeded");

            String artifact = job.get("artifacts").get(0).asString();
            byte[] zip = service.api().bytes("/v1/files/" + artifact + "/content");
            assertThat(new String(zip, 0, 2)).isEqualTo("PK");
            assertThat(s3.keys()).hasSizeGreaterThanOrEqualTo(3); // rows, artifact, results, and perhaps logs
            assertThat(data.resolve("blobs")).doesNotExist();
        }
    }
}
