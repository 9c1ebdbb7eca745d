package io.bactrian.live;

import io.bactrian.application.Capabilities;
import io.bactrian.application.PipelineEnds;
import io.bactrian.engines.sql.models.ModelFolder;
import io.bactrian.settings.Settings;
import java.util.ArrayList;
import java.util.List;

/** What the settings let pipelines end in, and what that can do. */
public final class PipelineCapabilities {

    private PipelineCapabilities() {
    }

    static PipelineEnds ends(Settings settings) {
        return new PipelineEnds(pipeline -> of(settings, pipeline));
    }

    private static Capabilities of(Settings settings, String pipeline) {
        String name = settings.text("bactrian.pipeline." + pipeline + ".warehouse");
        return name.equals(Settings.TOPICS) ? Capabilities.topics() : ofWarehouse(settings, name);
    }

    /**
     * One that is not set up can do everything: that it is not there is a fault of its own, which somebody else
     * reports.
     */
    public static Capabilities ofWarehouse(Settings settings, String name) {
        return settings.warehouses().contains(name)
                ? settings.engineOfWarehouse(name).capabilities(name)
                : Capabilities.everything("warehouse " + name);
    }

    /** Of models that are right and in the wrong warehouse, each with its file. */
    public static List<String> faultsOfModels(Capabilities warehouse, ModelFolder folder) {
        if (warehouse.models()) {
            return List.of();
        }
        List<String> faults = new ArrayList<>();
        folder.read().models()
                .forEach(model -> warehouse.faultOfModel(model.name()).ifPresent(fault -> faults.add(model.file() + ":1: " + fault)));
        return faults;
    }
}
