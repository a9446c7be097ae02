package io.attune.hub;

import io.attune.format.ModelFormatException;
import io.attune.format.ModelOrigin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToLongFunction;

/**
 * Downloads a model at one commit. config.json comes first, so that a model that Attune does not support is refused
 * before the download of its weights.
 */
public final class HubDownload {

    private final HubSettings settings;
    private final Patience patience;
    private final ToLongFunction<Path> usableSpace;

    public HubDownload(HubSettings settings) {
        this(settings, Patience.USUAL, HubDownload::usableSpace);
    }

    /** @param usableSpace gives the free bytes on the file system of a folder */
    HubDownload(HubSettings settings, Patience patience, ToLongFunction<Path> usableSpace) {
        this.settings = settings;
        this.patience = patience;
        this.usableSpace = usableSpace;
    }

    /**
     * Downloads the files that an import reads. The source in the result is the id of the repository, and the file if
     * the user chose one.
     *
     * @param revision a branch, a tag or a commit
     * @param gguf path of a GGUF file in the repository, or null for the safetensors
     * @throws HubException if the download fails; the message says why, and the bytes so far stay for the next call
     * @throws ModelFormatException if Attune does not support the model of this config.json
     */
    public ModelOrigin fetch(HubId id, String revision, String gguf, DownloadFolder folder, DownloadListener listener) {
        if (settings.offline()) {
            throw new HubException("HF_HUB_OFFLINE is set, so the Hub is not asked for " + id
                    + "; unset it, or import a folder or a GGUF file that lies on this machine");
        }
        Retries retries = new Retries(patience.pause(), listener);
        HubHttp http = new HubHttp(settings, patience);
        Refusal refusal = new Refusal(settings, id, revision);
        HubRepository repository = new HubRepository(settings, http, retries, id, refusal);
        try {
            String commit = repository.commit(revision);
            ModelFetch model = new ModelFetch(
                    new NeededFiles(id, repository.files(commit)),
                    new FileDownload(http, retries, refusal),
                    file -> repository.address(commit, file),
                    folder,
                    usableSpace,
                    listener);
            return gguf == null
                    ? new ModelOrigin(model.folder(), id.value(), commit)
                    : new ModelOrigin(model.gguf(gguf), id + "/" + gguf, commit);
        } catch (ModelFormatException e) {
            folder.delete();
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "fetching " + id + " into " + folder.path() + " failed: " + e.getMessage(), e);
        }
    }

    private static long usableSpace(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell the space left for " + folder + ": " + e.getMessage(), e);
        }
    }
}
