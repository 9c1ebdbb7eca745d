# Bactrian as an image. Routes and SQL are in it, for a first look; mount your own over /opt/bactrian/routes and /opt/bactrian/sql.

FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY pom.xml ./
COPY src src
COPY routes/kamelets routes/kamelets
RUN mvn -B -ntp -q -Dmaven.test.skip=true package

FROM eclipse-temurin:17-jre
WORKDIR /opt/bactrian
COPY --from=build /build/target/lib target/lib
COPY --from=build /build/target/bactrian.jar target/bactrian.jar
COPY bactrian application.properties LICENSE NOTICE ./
COPY deploy/healthy deploy/healthy
COPY routes routes
COPY sql sql
# Logs go there, and where it listens; everything else is in Kafka and in the warehouse.
RUN useradd --system --uid 10001 bactrian && mkdir .bactrian && chown bactrian .bactrian
USER 10001
ENV BACTRIAN_JAVA_OPTS=-XX:MaxRAMPercentage=75
EXPOSE 8081
ENTRYPOINT ["./bactrian"]
CMD ["run"]
