# lading on Node's slim image, run by a user without rights. Paths and port are those of registry:2's image.
#   docker build -t lading . && docker run -d -p 5000:5000 -v registry:/var/lib/registry lading
ARG NODE_IMAGE=docker.io/library/node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY scripts scripts
COPY src src
RUN npm run build && chmod +x dist/src/cli/main.cjs && npm prune --omit=dev --ignore-scripts

FROM ${NODE_IMAGE}
COPY LICENSE package.json /opt/lading/
COPY --from=build /build/node_modules /opt/lading/node_modules
COPY --from=build /build/dist /opt/lading/dist
COPY docker/config.yml /etc/docker/registry/config.yml
# A folder of the host that is mounted here must belong to this user, or be used with `--user` of its owner.
RUN ln -s /opt/lading/dist/src/cli/main.cjs /usr/local/bin/lading && install -d -o 1000 -g 1000 /var/lib/registry
ENV NODE_ENV=production
USER 1000:1000
VOLUME /var/lib/registry
EXPOSE 5000
ENTRYPOINT ["lading"]
CMD ["serve", "/etc/docker/registry/config.yml"]
