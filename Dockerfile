# docker build -t attune .                   CPU
# docker build -t attune:gpu --target gpu .  NVIDIA GPUs: the same program with the libraries of the Python package
#                                            torch 2.7.1

FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY pom.xml .
COPY src/main src/main
RUN --mount=type=cache,target=/root/.m2 mvn -q -B -Dmaven.test.skip=true package

# CUDA 12.6 and libtorch in the folders of PyTorch's own package; the final image contains no Python
FROM python:3.12-slim AS torch
RUN pip install --no-cache-dir --no-compile --target /opt/python torch==2.7.1 \
    && mkdir -p /opt/torch/torch \
    && mv /opt/python/torch/lib /opt/torch/torch/lib \
    && mv /opt/python/nvidia /opt/python/cusparselt /opt/torch/ \
    && rm -rf /opt/python

# A base with glibc, because libtorch does not run on musl
FROM eclipse-temurin:17-jre-noble AS base
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 attune \
    && useradd --system --uid 10001 --gid attune --home-dir /opt/attune --shell /usr/sbin/nologin attune \
    && mkdir -p /opt/attune /data \
    && chown 10001:10001 /data
WORKDIR /data
ENV ATTUNE_DATA=/data \
    SERVER_ADDRESS=0.0.0.0 \
    SERVER_PORT=8080
VOLUME /data
EXPOSE 8080
# On a slow disk the service needs time to unpack the database and to start it for the first time.
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s --retries=3 \
    CMD curl -fsS "http://127.0.0.1:${SERVER_PORT}/actuator/health/liveness" || exit 1
USER 10001:10001
ENTRYPOINT ["/opt/attune/attune"]
CMD ["serve"]

FROM base AS gpu
COPY --from=torch /opt/torch /opt/torch
ENV PYTORCH_LIBRARY_PATH=/opt/torch/torch/lib \
    PYTORCH_VERSION=2.7.1 \
    PYTORCH_FLAVOR=cu128 \
    LD_LIBRARY_PATH=/opt/torch/torch/lib:/opt/torch/nvidia/cublas/lib:/opt/torch/nvidia/cuda_cupti/lib:/opt/torch/nvidia/cuda_nvrtc/lib:/opt/torch/nvidia/cuda_runtime/lib:/opt/torch/nvidia/cudnn/lib:/opt/torch/nvidia/cufft/lib:/opt/torch/nvidia/cufile/lib:/opt/torch/nvidia/curand/lib:/opt/torch/nvidia/cusolver/lib:/opt/torch/nvidia/cusparse/lib:/opt/torch/cusparselt/lib:/opt/torch/nvidia/nccl/lib:/opt/torch/nvidia/nvjitlink/lib:/opt/torch/nvidia/nvtx/lib \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
COPY --from=build /build/target/lib /opt/attune/lib
COPY attune /opt/attune/attune
COPY --from=build /build/target/attune-*.jar /opt/attune/

FROM base AS cpu
COPY --from=build /build/target/lib-torch /opt/attune/lib-torch
COPY --from=build /build/target/lib /opt/attune/lib
COPY attune /opt/attune/attune
COPY --from=build /build/target/attune-*.jar /opt/attune/
