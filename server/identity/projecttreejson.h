// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/domainstore.h"
#include "server/identity/keystonecommon.h"
#include "server/identity/projecttreeservice.h"

namespace nephele {

// Every key of domains and projects in the OpenStack face (Identity API v3, "Domains", "Projects", "Project
// tags"), both ways. A domain shows as a project too, with is_domain.

// {"domain": {...}}
Result<NewDomain> newDomainFromJson(const QByteArray &body);
Result<DomainChange> domainChangeFromJson(const QByteArray &body);

// {"project": {...}}
Result<NewTreeProject> newProjectFromJson(const QByteArray &body);
Result<TreeProjectChange> projectChangeFromJson(const QByteArray &body);
// {"project": {"is_domain": true, ...}}: a domain that comes as a project; nullopt when it is none.
Result<std::optional<NewDomain>> newDomainFromProjectJson(const QByteArray &body);
// The same keys as a domain's change.
Result<DomainChange> domainChangeFromProjectJson(const QByteArray &body);

// {"tags": [...]}
Result<QStringList> tagsFromJson(const QByteArray &body);
// Invalid for what cannot be a tag.
std::optional<Error> wrongTag(const QString &tag);

void writeDomain(JsonWriter &json, const DomainRecord &domain, const KeystoneLinks &links);
void writeDomainAsProject(JsonWriter &json, const DomainRecord &domain, const KeystoneLinks &links);
void writeProject(JsonWriter &json, const TaggedProject &project, const KeystoneLinks &links);

// What a project's page shows of the tree around it.
struct ProjectTree
{
    enum class Form { None, List, Ids };

    Form parents = Form::None;
    Form subtree = Form::None;
    QList<TaggedProject> above; // the nearest first
    QList<TaggedProject> below; // every one after its parent or before: the order does not matter
};
QByteArray projectBody(const TaggedProject &project, const ProjectTree &tree, const KeystoneLinks &links);

} // namespace nephele
