package io.attune.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreSettingTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void nothingMeansTheDataFolder(String setting) {
        assertThat(StoreSetting.parse(setting)).isInstanceOf(StoreSetting.OfTheDataFolder.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:/srv/artifacts", "file:///srv/artifacts"})
    void aFileAddressMeansAFolder(String setting) {
        assertThat(StoreSetting.parse(setting)).isEqualTo(new StoreSetting.Folder(Path.of("/srv/artifacts")));
    }

    @ParameterizedTest
    @CsvSource({"s3://b,b,''", "s3://b/,b,''", "s3://my_bucket/a/b,my_bucket,a/b/", "s3://b/a/,b,a/"})
    void anS3AddressMeansABucket(String setting, String bucket, String prefix) {
        assertThat(StoreSetting.parse(setting)).isEqualTo(new StoreSetting.Bucket(bucket, prefix));
    }

    @Test
    void anythingElseIsRefusedWithTheWayOut() {
        for (String setting :
                new String[] {"/srv/artifacts", "file:relative", "s3:bucket", "s3:///x", "https://b/c", "::"}) {
            assertThatThrownBy(() -> StoreSetting.parse(setting))
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.wayOut()).contains("s3://bucket/prefix"))
                    .hasMessageContaining(setting);
        }
    }
}
