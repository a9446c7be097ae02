package io.attune.hub;

import io.attune.format.ModelConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** Downloads the files of one commit into a folder, small files first. */
final class ModelFetch {

    private final NeededFiles needed;
    private final FileDownload download;
    private final Function<RepositoryFile, URI> addresses;
    private final DownloadFolder folder;
    private final ToLongFunction<Path> usableSpace;
    private final DownloadListener listener;

    /** @param addresses the addresses of files' bytes */
    ModelFetch(
            NeededFiles needed,
            FileDownload download,
            Function<RepositoryFile, URI> addresses,
            DownloadFolder folder,
            ToLongFunction<Path> usableSpace,
            DownloadListener listener) {
        this.needed = needed;
        this.download = download;
        this.addresses = addresses;
        this.folder = folder;
        this.usableSpace = usableSpace;
        this.listener = listener;
    }

    /** Downloads a model in Hugging Face layout. Reads config.json before it downloads any other file. */
    Path folder() throws IOException {
        RepositoryFile config = needed.config();
        fetchSmall(config);
        ModelConfig.read(folder.path());
        List<RepositoryFile> texts = needed.texts();
        for (RepositoryFile text : texts) {
            fetchSmall(text);
        }
        List<RepositoryFile> weights = needed.weights(folder.path());
        folder.keepOnly(Stream.of(List.of(config), texts, weights)
                .flatMap(List::stream)
                .map(RepositoryFile::path)
                .toList());
        fetchWeights(weights);
        return folder.path();
    }

    /** Downloads a GGUF file, and the other parts if the file is split. */
    Path gguf(String path) throws IOException {
        List<RepositoryFile> parts = needed.gguf(path);
        folder.keepOnly(parts.stream().map(RepositoryFile::path).toList());
        fetchWeights(parts);
        return folder.path().resolve(parts.get(0).path());
    }

    private void fetchSmall(RepositoryFile file) throws IOException {
        download.fetch(file, addresses.apply(file), folder.path(), bytes -> {});
    }

    private void fetchWeights(List<RepositoryFile> weights) throws IOException {
        long total = weights.stream().mapToLong(RepositoryFile::size).sum();
        requireSpace(weights, total);
        List<RepositoryFile> done = new ArrayList<>();
        for (RepositoryFile file : weights) {
            long before = done.stream().mapToLong(RepositoryFile::size).sum();
            download.fetch(
                    file,
                    addresses.apply(file),
                    folder.path(),
                    bytes -> listener.progress(file.path(), before + bytes, total));
            done.add(file);
        }
    }

    /** Requires space for the rest of the download and for the import, which writes its own copy of the weights. */
    private void requireSpace(List<RepositoryFile> weights, long total) throws IOException {
        long missing = total;
        for (RepositoryFile file : weights) {
            missing -= PartialFile.present(file, folder.path());
        }
        long usable = usableSpace.applyAsLong(folder.path());
        if (missing + total > usable) {
            throw new HubException(String.format(
                    Locale.ROOT,
                    "%.2f GB are still to be fetched and the import takes another %.2f GB, but the disk of %s has only "
                            + "%.2f GB left; make room there, or set ATTUNE_DATA to a folder on a larger disk",
                    missing / 1e9,
                    total / 1e9,
                    folder.path(),
                    usable / 1e9));
        }
    }
}
