// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/faults.h"

#include "server/http/jsonwriter.h"
#include "server/http/xmlwriter.h"

namespace nephele {

namespace {

// The faces that share names and shapes.
enum class Family { Synnefo, Pithos, Keystone, Nova, Glance, Neutron, Swift, Nephele };

Family familyOf(FaultForm form)
{
    switch (form) {
    case FaultForm::Astakos:
    case FaultForm::Cyclades:
        return Family::Synnefo;
    case FaultForm::Pithos:
        return Family::Pithos;
    case FaultForm::Keystone:
        return Family::Keystone;
    case FaultForm::Nova:
    case FaultForm::Cinder:
        return Family::Nova;
    case FaultForm::Glance:
        return Family::Glance;
    case FaultForm::Neutron:
        return Family::Neutron;
    case FaultForm::Swift:
        return Family::Swift;
    case FaultForm::Nephele:
        break;
    }
    return Family::Nephele;
}

int quotaStatus(FaultForm form)
{
    switch (form) {
    case FaultForm::Nova:
    case FaultForm::Keystone:
    case FaultForm::Nephele:
        return 403;
    case FaultForm::Neutron:
        return 409;
    default:
        return 413;
    }
}

int statusOf(ErrorCode code, FaultForm form)
{
    const bool isSynnefo = familyOf(form) == Family::Synnefo || form == FaultForm::Pithos;
    switch (code) {
    case ErrorCode::Invalid:
        return 400;
    case ErrorCode::Unauthenticated:
        return 401;
    case ErrorCode::Forbidden:
        return 403;
    case ErrorCode::NotFound:
        return 404;
    case ErrorCode::Conflict:
    case ErrorCode::Busy:
        return 409;
    case ErrorCode::QuotaExceeded:
        return quotaStatus(form);
    case ErrorCode::TooLarge:
        return 413;
    case ErrorCode::PreconditionFailed:
        return 412;
    case ErrorCode::RangeNotSatisfiable:
        return 416;
    case ErrorCode::Unprocessable:
        return 422;
    case ErrorCode::TooManyRequests:
        return 429;
    case ErrorCode::Unsupported:
        return 501;
    case ErrorCode::Unavailable:
        return 503;
    case ErrorCode::InsufficientStorage:
        return 507;
    case ErrorCode::Timeout:
        return isSynnefo ? 503 : 504; // Synnefo's table of faults ends at 503
    case ErrorCode::Internal:
        break;
    }
    return 500;
}

// Synnefo API guides, table of faults. `isPithos`: the names of the object store where they differ.
QByteArray synnefoName(int status, bool isPithos)
{
    switch (status) {
    case 304:
        return "notModified";
    case 401:
        return "unauthorized";
    case 403:
        return "forbidden";
    case 404:
        return "itemNotFound";
    case 405:
        return "notAllowed";
    case 409:
        return "conflict";
    case 411:
        return "lengthRequired";
    case 412:
        return "preconditionFailed";
    case 413:
        return isPithos ? "requestEntityTooLarge" : "overLimit";
    case 415:
        return "badMediaType";
    case 416:
        return "rangeNotSatisfiable";
    case 422:
        return "unprocessableEntity";
    case 429:
        return "overLimit";
    case 501:
        return "notImplemented";
    case 503:
    case 504:
    case 507:
        return "serviceUnavailable";
    default:
        return status < 500 ? "badRequest" : "internalServerError";
    }
}

QByteArray novaName(int status)
{
    switch (status) {
    case 401:
        return "unauthorized";
    case 403:
        return "forbidden";
    case 404:
        return "itemNotFound";
    case 405:
        return "badMethod";
    case 409:
        return "conflictingRequest";
    case 413:
    case 429:
        return "overLimit";
    case 415:
        return "badMediaType";
    case 501:
        return "notImplemented";
    case 503:
        return "serviceUnavailable";
    default:
        return status < 500 ? "badRequest" : "computeFault";
    }
}

QByteArray neutronName(int status)
{
    switch (status) {
    case 400:
        return "BadRequest";
    case 401:
        return "HTTPUnauthorized";
    case 403:
        return "PolicyNotAuthorized";
    case 404:
        return "HTTPNotFound";
    case 405:
        return "HTTPMethodNotAllowed";
    case 409:
        return "Conflict";
    case 412:
        return "RevisionNumberConstraintFailed";
    case 501:
        return "HTTPNotImplemented";
    case 503:
        return "ServiceUnavailable";
    default:
        return status < 500 ? "BadRequest" : "HTTPInternalServerError";
    }
}

QByteArray nameOf(int status, FaultForm form)
{
    switch (familyOf(form)) {
    case Family::Synnefo:
        return synnefoName(status, false);
    case Family::Pithos:
        return synnefoName(status, true);
    case Family::Nova:
        return novaName(status);
    case Family::Neutron:
        return neutronName(status);
    default:
        return {};
    }
}

QByteArray nepheleName(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Invalid:
        return "invalid";
    case ErrorCode::Unauthenticated:
        return "unauthenticated";
    case ErrorCode::Forbidden:
        return "forbidden";
    case ErrorCode::NotFound:
        return "notFound";
    case ErrorCode::Conflict:
        return "conflict";
    case ErrorCode::Busy:
        return "busy";
    case ErrorCode::QuotaExceeded:
        return "quotaExceeded";
    case ErrorCode::TooLarge:
        return "tooLarge";
    case ErrorCode::PreconditionFailed:
        return "preconditionFailed";
    case ErrorCode::RangeNotSatisfiable:
        return "rangeNotSatisfiable";
    case ErrorCode::Unprocessable:
        return "unprocessable";
    case ErrorCode::TooManyRequests:
        return "tooManyRequests";
    case ErrorCode::Unsupported:
        return "unsupported";
    case ErrorCode::Unavailable:
        return "unavailable";
    case ErrorCode::InsufficientStorage:
        return "insufficientStorage";
    case ErrorCode::Timeout:
        return "timeout";
    case ErrorCode::Internal:
        break;
    }
    return "internal";
}

// Names that say more than the status does.
QByteArray nameOf(ErrorCode code, int status, FaultForm form)
{
    switch (familyOf(form)) {
    case Family::Synnefo:
        // Cyclades is busy with a server only while it builds it; its faces turn other waits into badRequest.
        if (code == ErrorCode::Busy && form == FaultForm::Cyclades)
            return "buildInProgress";
        break;
    case Family::Neutron:
        if (code == ErrorCode::QuotaExceeded)
            return "OverQuota";
        break;
    case Family::Nephele:
        return nepheleName(code);
    default:
        break;
    }
    return nameOf(status, form);
}

Response asSynnefoJson(const Fault &fault)
{
    JsonWriter json;
    json.beginObject().key(fault.name).beginObject();
    json.member("code", fault.status).member("message", fault.message).member("details", "");
    json.endObject().endObject();
    Response response = Response::json(fault.status, std::move(json).bytes());
    response.headers.set("Content-Type", "application/json; charset=UTF-8");
    return response;
}

Response asSynnefoXml(const Fault &fault, FaultForm form)
{
    XmlWriter xml;
    const QByteArray name = fault.name;
    if (form == FaultForm::Pithos)
        xml.begin(QLatin1StringView(name));
    else
        xml.begin(QLatin1StringView(name), QLatin1StringView("http://docs.openstack.org/compute/api/v1.1"));
    xml.attribute(QLatin1StringView("code"), QString::number(fault.status));
    xml.element(QLatin1StringView("message"), fault.message).element(QLatin1StringView("details"), {}).end();
    return { fault.status, { { "Content-Type", "application/xml; charset=UTF-8" } }, xml.bytes(), nullptr };
}

Response asSynnefo(const Fault &fault, const FaultContext &context)
{
    if (context.format == ReplyFormat::Text)
        return Response::text(fault.status, fault.message.toUtf8() + '\n');
    return context.format == ReplyFormat::Xml ? asSynnefoXml(fault, context.form) : asSynnefoJson(fault);
}

// Identity API v3, "Errors"; Glance too, whose clients show the message of whatever object is in the JSON.
Response asKeystone(const Fault &fault)
{
    JsonWriter json;
    json.beginObject().key("error").beginObject();
    json.member("code", fault.status).member("message", fault.message);
    json.member("title", reasonPhrase(fault.status)).endObject().endObject();
    return Response::json(fault.status, std::move(json).bytes());
}

// Compute API guide, "Faults".
Response asNova(const Fault &fault)
{
    JsonWriter json;
    json.beginObject().key(fault.name).beginObject();
    json.member("code", fault.status).member("message", fault.message).endObject().endObject();
    return Response::json(fault.status, std::move(json).bytes());
}

Response asNeutron(const Fault &fault)
{
    JsonWriter json;
    json.beginObject().key("NeutronError").beginObject();
    json.member("type", fault.name).member("message", fault.message).member("detail", "");
    json.endObject().endObject();
    return Response::json(fault.status, std::move(json).bytes());
}

Response asNephele(const Fault &fault, const QByteArray &requestId)
{
    JsonWriter json;
    json.beginObject().key("error").beginObject();
    json.member("code", fault.name.isEmpty() ? QByteArray::number(fault.status) : fault.name);
    json.member("message", fault.message).member("requestId", requestId).endObject().endObject();
    return Response::json(fault.status, std::move(json).bytes());
}

} // namespace

Fault faultOf(const Error &error, FaultForm form, const QByteArray &requestId)
{
    Fault fault;
    fault.status = statusOf(error.code, form);
    fault.name = nameOf(error.code, fault.status, form);
    fault.message = error.message;
    if (error.code == ErrorCode::Internal)
        fault.message = QStringLiteral("Something went wrong inside the cloud; the request id is %1.")
                            .arg(QString::fromLatin1(requestId));
    if (fault.status == 503 || fault.status == 429)
        fault.headers.append("Retry-After", QByteArray::number(std::max(1, error.retryAfterSeconds)));
    return fault;
}

Fault faultOf(int status, const QString &message, FaultForm form)
{
    Fault fault { status, nameOf(status, form), message, {} };
    if (status == 503)
        fault.headers.append("Retry-After", "1");
    return fault;
}

Response renderFault(const Fault &fault, const FaultContext &context)
{
    Response response;
    switch (familyOf(context.form)) {
    case Family::Synnefo:
    case Family::Pithos:
        response = asSynnefo(fault, context);
        break;
    case Family::Keystone:
    case Family::Glance:
        response = asKeystone(fault);
        break;
    case Family::Nova:
        response = asNova(fault);
        break;
    case Family::Neutron:
        response = asNeutron(fault);
        break;
    case Family::Swift:
        response = Response::text(fault.status, fault.message.toUtf8() + '\n');
        break;
    case Family::Nephele:
        response = asNephele(fault, context.requestId);
        break;
    }
    for (const auto &[name, value] : fault.headers.fields())
        response.headers.append(name, value);
    if (fault.status == 401 && !context.baseUrl.isEmpty())
        response.headers.set("WWW-Authenticate", "Keystone uri=\"" + context.baseUrl + "/identity\"");
    return response;
}

QByteArray reasonPhrase(int status)
{
    static const QHash<int, QByteArray> phrases { { 100, "Continue" }, { 101, "Switching Protocols" },
        { 200, "OK" }, { 201, "Created" }, { 202, "Accepted" }, { 203, "Non-Authoritative Information" },
        { 204, "No Content" }, { 205, "Reset Content" }, { 206, "Partial Content" },
        { 300, "Multiple Choices" }, { 301, "Moved Permanently" }, { 302, "Found" }, { 303, "See Other" },
        { 304, "Not Modified" }, { 307, "Temporary Redirect" }, { 308, "Permanent Redirect" },
        { 400, "Bad Request" }, { 401, "Unauthorized" }, { 403, "Forbidden" }, { 404, "Not Found" },
        { 405, "Method Not Allowed" }, { 406, "Not Acceptable" }, { 408, "Request Timeout" },
        { 409, "Conflict" }, { 410, "Gone" }, { 411, "Length Required" }, { 412, "Precondition Failed" },
        { 413, "Content Too Large" }, { 414, "URI Too Long" }, { 415, "Unsupported Media Type" },
        { 416, "Range Not Satisfiable" }, { 417, "Expectation Failed" }, { 421, "Misdirected Request" },
        { 422, "Unprocessable Content" }, { 426, "Upgrade Required" }, { 429, "Too Many Requests" },
        { 431, "Request Header Fields Too Large" }, { 500, "Internal Server Error" },
        { 501, "Not Implemented" }, { 502, "Bad Gateway" }, { 503, "Service Unavailable" },
        { 504, "Gateway Timeout" }, { 505, "HTTP Version Not Supported" }, { 507, "Insufficient Storage" } };
    return phrases.value(status, "Status");
}

} // namespace nephele
