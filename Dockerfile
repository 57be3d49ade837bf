# One static-looking binary on a small base, as a user without rights. Not verified where no engine runs
# to build it; every instruction is plain multi-stage Dockerfile syntax.
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --profile dist --locked --package crossdock

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /data crossdock \
    && install --directory --owner=crossdock --group=crossdock --mode=0700 /data
COPY --from=build /src/target/dist/crossdock /usr/local/bin/crossdock
USER crossdock
VOLUME /data
# public, internal, operations, hooks: publish only the first outside a trusted network
EXPOSE 8080 8081 8082 8083
ENV CROSSDOCK__LISTENERS__PUBLIC=0.0.0.0:8080
ENTRYPOINT ["/usr/local/bin/crossdock"]
CMD ["up", "--no-demo", "--data", "/data"]
