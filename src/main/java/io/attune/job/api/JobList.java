package io.attune.job.api;

import io.attune.api.ApiException;
import io.attune.api.PageQuery;
import io.attune.job.FineTuningJob;
import io.attune.job.FineTuningJobs;
import io.attune.job.JobJson;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Reads pages of a project's jobs. The SQL contains only the conditions of the request, so that PostgreSQL can
 * choose the best plan for each kind of page.
 */
@Component
class JobList {

    private final EntityManager entities;
    private final FineTuningJobs jobs;

    JobList(EntityManager entities, FineTuningJobs jobs) {
        this.entities = entities;
        this.jobs = jobs;
    }

    /** The jobs of a page, newest first, and one more job if the list continues. */
    @SuppressWarnings("unchecked") // by createNativeQuery's second argument
    List<FineTuningJob> page(String project, PageQuery page, MetadataFilter metadata) {
        StringBuilder sql = new StringBuilder("select * from job where project_id = :project");
        Map<String, Object> values = new LinkedHashMap<>(Map.of("project", project));
        if (page.after() != null) {
            if (jobs.findByIdAndProject(page.after(), project).isEmpty()) {
                throw ApiException.invalidValue("after", "'after': there is no job " + page.after() + ".");
            }
            sql.append(" and (created_at, id) < (select created_at, id from job where id = :after)");
            values.put("after", page.after());
        }
        if (!metadata.pairs().isEmpty()) {
            sql.append(" and metadata @> cast(:metadata as jsonb)");
            values.put("metadata", JobJson.text(metadata.pairs()));
        } else if (metadata.none()) {
            sql.append(" and metadata = '{}'");
        }
        sql.append(" order by created_at desc, id desc");
        Query query = entities.createNativeQuery(sql.toString(), FineTuningJob.class);
        values.forEach(query::setParameter);
        return query.setMaxResults(page.limit() + 1).getResultList();
    }
}
