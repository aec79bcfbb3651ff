// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/cloudclient.h"

#include <QWidget>

class QBoxLayout;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace nephele {

class ElidedLabel;
class Field;
class FilesField;
class FlavorChoice;
class ImageChoice;
class KeyField;
class NoticeLine;
class Paragraph;
class QuotaBar;

// One page, top to bottom; the sum stays in sight at the right (below on a narrow pane) and says what is
// missing. Orders the server and says so by created(); a refusal is shown where it belongs, and everything
// entered stays.
class CreateServerPage : public QWidget
{
    Q_OBJECT

public:
    explicit CreateServerPage(CloudClient &client, QWidget *parent = nullptr);

    void focusFirst();

signals:
    void created(const nephele::ServerId &id, const QString &name, const QString &password);
    void cancelled();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QWidget *makeForm();
    QWidget *makeSum();
    QWidget *makeButtons();
    void connectParts();
    void load();
    void showSum();
    QString whatIsMissing() const;
    ServerOrder order() const;
    void submit();
    void showRefusal(const Error &error);
    void copyCommand();

    CloudClient &m_client;
    QLineEdit *m_name;
    Field *m_nameField;
    ImageChoice *m_images;
    FlavorChoice *m_flavors;
    KeyField *m_key;
    QLineEdit *m_password;
    Field *m_passwordField;
    QPlainTextEdit *m_userData;
    Field *m_userDataField;
    FilesField *m_files;

    QBoxLayout *m_columns = nullptr;
    QWidget *m_rule = nullptr;
    QWidget *m_sum = nullptr;
    QWidget *m_sumFacts = nullptr;
    ElidedLabel *m_sumName = nullptr;
    Paragraph *m_sumWords = nullptr;
    QWidget *m_quota = nullptr;
    QuotaBar *m_serversBar = nullptr;
    QuotaBar *m_vcpusBar = nullptr;
    QuotaBar *m_memoryBar = nullptr;
    NoticeLine *m_refusal = nullptr;
    QPushButton *m_refusalMore = nullptr;
    Paragraph *m_hint = nullptr;
    QPushButton *m_create = nullptr;

    std::optional<ComputeLimits> m_limits; // nullopt: the cloud did not tell
    QString m_refusalDetails;
    bool m_isSubmitting = false;
};

} // namespace nephele
