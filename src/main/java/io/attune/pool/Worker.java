package io.attune.pool;

import java.util.List;

/**
 * What a worker shows of itself.
 *
 * @param host the machine and the data folder; one service at a time owns that folder
 * @param pid of the worker's process on that host
 * @param models names of the base models in its folder
 */
public record Worker(String host, long pid, List<Device> devices, List<String> models) {}
