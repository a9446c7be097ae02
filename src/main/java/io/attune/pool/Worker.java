package io.attune.pool;

import java.util.List;

/**
 * A worker's description of itself.
 *
 * @param host the machine and the data folder; at most one running service owns that folder
 * @param pid id of the worker's process on that host
 * @param models names of the base models in its models folder
 */
public record Worker(String host, long pid, List<Device> devices, List<String> models) {}
